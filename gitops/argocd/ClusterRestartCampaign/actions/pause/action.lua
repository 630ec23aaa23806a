-- No further virtual machine is restarted; those that are on their way come to their end.
obj.spec.paused = true
return obj
