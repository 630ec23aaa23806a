-- A ClusterRestartCampaign is Healthy once it is complete, and again whenever nothing is due; one that is paused before is Suspended. The rest follows
-- kstatus, as Flux and helm --wait do: restarts that are on their way, or wait for a window, a budget or consent, are in progress.
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
elseif isTrue("Ready") and not isTrue("Reconciling") then
  return {status = "Healthy", message = is.Ready.message}
elseif obj.spec ~= nil and obj.spec.paused == true then
  return {status = "Suspended", message = is.Ready ~= nil and is.Ready.message or "Paused"}
elseif isTrue("Reconciling") then
  return {status = "Progressing", message = is.Reconciling.message}
end
return {status = "Progressing", message = is.Ready ~= nil and is.Ready.message or "Waiting for the operator"}
