import type { Actor } from "../auth/actor.ts";
import { AppError } from "../base/errors.ts";
import type { Db } from "../db/connect.ts";
import type { PhoneNumber } from "./phone-number.ts";
import { findPhoneNumber } from "./phone-number-store.ts";

/** A number that the organization holds. @throws AppError `phone_number_not_found` */
export async function getPhoneNumber(
  db: Db,
  { orgId }: Pick<Actor, "orgId">,
  id: string,
): Promise<PhoneNumber> {
  const number = await findPhoneNumber(db, orgId, id);
  if (!number) throw new AppError("phone_number_not_found");
  return number;
}
