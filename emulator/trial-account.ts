import { addAccount } from "./accounts.ts";
import type { Instance } from "./instance.ts";
import { addNumber } from "./numbers.ts";
import { numberByPhone } from "./state.ts";
import type { TrialAccount } from "./types.ts";

const NUMBERS = 3;
/** 555-01xx is reserved for fiction in each of them. */
const AREA_CODES = [212, 312, 415, 512, 617, 702, 808];
const FIRST = 100;
const LAST = 199;

/** An account of somebody's own, with a few numbers that nothing is configured of. */
export function addTrialAccount(instance: Instance): TrialAccount {
  const { sid, auth_token } = addAccount(instance, { friendlyName: "Emulated account" });
  const phoneNumbers = freeNumbers(instance).slice(0, NUMBERS);
  for (const phoneNumber of phoneNumbers) addNumber(instance, sid, { phoneNumber }, {});
  return { accountSid: sid, authToken: auth_token, phoneNumbers };
}

function freeNumbers({ state }: Instance): string[] {
  const lines = Array.from(
    { length: LAST - FIRST + 1 },
    (_, index) => `555${String(FIRST + index).padStart(4, "0")}`,
  );
  return AREA_CODES.flatMap((area) => lines.map((line) => `+1${area}${line}`)).filter(
    (phoneNumber) => !numberByPhone(state, phoneNumber),
  );
}
