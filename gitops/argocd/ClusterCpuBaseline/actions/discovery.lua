local spec = obj.spec or {}
local candidate = obj.status ~= nil and obj.status.candidate or nil
local waiting = candidate ~= nil and candidate.revision ~= nil and candidate.revision ~= spec.approvedRevision

local actions = {}
actions["approve"] = {
  ["disabled"] = not waiting,
  ["displayName"] = waiting and "Approve " .. candidate.revision or "Approve"
}
actions["pause"] = {["disabled"] = spec.paused == true}
actions["resume"] = {["disabled"] = spec.paused ~= true}
return actions
