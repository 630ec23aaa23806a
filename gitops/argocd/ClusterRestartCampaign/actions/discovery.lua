local spec = obj.spec or {}

local actions = {}
actions["pause"] = {["disabled"] = spec.paused == true}
actions["resume"] = {["disabled"] = spec.paused ~= true}
return actions
