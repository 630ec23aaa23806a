-- Stops every write to virtual machines and every move of the pin; the status goes on.
if obj.spec == nil then
  obj.spec = {}
end
obj.spec.paused = true
return obj
