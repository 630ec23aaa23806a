-- The pin becomes what is the candidate now. Where Git has spec.approvedRevision, write it there instead: the next sync would take this back.
local candidate = obj.status ~= nil and obj.status.candidate or nil
if candidate == nil or candidate.revision == nil then
  error("there is no candidate to approve")
end
if obj.spec == nil then
  obj.spec = {}
end
obj.spec.approvedRevision = candidate.revision
return obj
