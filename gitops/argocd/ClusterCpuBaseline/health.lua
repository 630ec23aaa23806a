-- A ClusterCpuBaseline is Healthy while it is pinned: a candidate that waits for approval, virtual machines that wait for a restart and a pause
-- are no reason to wait for it. This follows kstatus, as Flux and helm --wait do.
local status = obj.status
if status == nil or status.conditions == nil or status.observedGeneration ~= obj.metadata.generation then
  return {status = "Progressing", message = "Waiting for the operator"}
end

local is = {}
for _, condition in ipairs(status.conditions) do
  is[condition.type] = condition
end
local function isTrue(type)
  return is[type] ~= nil and is[type].status == "True"
end

if isTrue("Stalled") then
  return {status = "Degraded", message = is.Stalled.message}
elseif isTrue("Reconciling") then
  return {status = "Progressing", message = is.Reconciling.message}
elseif not isTrue("Ready") then
  return {status = "Progressing", message = is.Ready ~= nil and is.Ready.message or "Waiting for the operator"}
elseif isTrue("CandidatePending") then
  return {status = "Healthy", message = is.CandidatePending.message}
end
return {status = "Healthy", message = is.Ready.message}
