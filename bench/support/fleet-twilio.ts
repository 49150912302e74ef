// An emulated Twilio whose accounts have whole fleets. Prints its URL once they are all there.
import { startEmulator } from "../../emulator/index.ts";
import { e164, FIELDS_IN_TWILIO, FLEET_AUTH_TOKEN, fleetsOf, numberSid } from "./fleet.ts";

const sizes = (process.env.FLEET_SIZES ?? "").split(",").map(Number);
const { url, control } = await startEmulator({ latencyMs: Number(process.env.LATENCY_MS) });
for (const { accountSid, size, first } of fleetsOf(sizes)) {
  control.createAccount({ sid: accountSid, authToken: FLEET_AUTH_TOKEN });
  for (let index = first; index < first + size; index++) {
    const named = { sid: numberSid(index), phoneNumber: e164(index) };
    control.createNumber(accountSid, { ...named, ...FIELDS_IN_TWILIO });
  }
}
console.log(url);
