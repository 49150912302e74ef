// An emulated Twilio whose account has had many calls and messages. Prints its URL once they are all there.
import { startEmulator } from "../../emulator/index.ts";
import { BENCH_ACCOUNT_SID, BENCH_AUTH_TOKEN, BENCH_NUMBERS, benchNumber } from "./webhook-requests.ts";

const CALLER = "+14155559999";
const count = Number(process.env.BENCH_RECORDS);

const { url, control } = await startEmulator({ autoPrice: true });
control.createAccount({ sid: BENCH_ACCOUNT_SID, authToken: BENCH_AUTH_TOKEN });
for (let index = 0; index < BENCH_NUMBERS; index++) {
  // A trunk takes the calls, and nobody is told of the messages.
  const trunk = { trunk_sid: `TK${"1".repeat(32)}` };
  control.createNumber(BENCH_ACCOUNT_SID, { phoneNumber: benchNumber(index), ...trunk });
}
for (let index = 0; index < count; index++) {
  const parties = { from: CALLER, to: benchNumber(index % BENCH_NUMBERS) };
  await control.placeCall({ ...parties, answerSeconds: index % 200 });
  await control.receiveMessage({ ...parties, body: "x".repeat(index % 400) });
}
console.log(url);
