-- Sends the requests of a file, each once, in their order. Counts the answers by status.
local requests, nextRequest, statuses = {}, 1, {}

function init(args)
  for line in io.lines(args[1]) do
    local path, signature, body = line:match("^([^\t]*)\t([^\t]*)\t(.*)$")
    requests[#requests + 1] = wrk.format("POST", path, {
      ["Content-Type"] = "application/x-www-form-urlencoded",
      ["X-Twilio-Signature"] = signature,
    }, body)
  end
end

function request()
  local current = requests[nextRequest]
  nextRequest = nextRequest + 1
  if current == nil then
    -- Used up: what follows would be repetitions, which cost less.
    wrk.thread:stop()
    return requests[#requests]
  end
  return current
end

function response(status)
  if status >= 300 then refused = (refused or 0) + 1 end
end

local threads = {}
function setup(thread) threads[#threads + 1] = thread end

function done(summary, latency)
  local refusedCount, sent = 0, 0
  for _, thread in ipairs(threads) do
    refusedCount = refusedCount + (thread:get("refused") or 0)
  end
  io.write(string.format(
    "RESULT {\"requests\":%d,\"durationMs\":%.1f,\"refused\":%d,\"errors\":%d,\"p50Ms\":%.3f,\"p99Ms\":%.3f}\n",
    summary.requests, summary.duration / 1000, refusedCount,
    summary.errors.connect + summary.errors.read + summary.errors.write + summary.errors.timeout,
    latency:percentile(50) / 1000, latency:percentile(99) / 1000))
end
