import { expect, test } from "vitest";
import { inOrder } from "./message.ts";

const at = (second: number) => new Date(second * 1_000);

test("statuses that were heard of in another order are told in the order in which they happen", () => {
  const heard = [
    { status: "delivered", at: at(1) },
    { status: "queued", at: at(2) },
    { status: "read", at: at(1) },
    { status: "sent", at: at(3) },
  ];
  expect(inOrder(heard).map(({ status }) => status)).toEqual(["queued", "sent", "delivered", "read"]);
});

test("of two statuses of one rank the earlier comes first", () => {
  const heard = [
    { status: "undelivered", at: at(2) },
    { status: "failed", at: at(1) },
  ];
  expect(inOrder(heard).map(({ status }) => status)).toEqual(["failed", "undelivered"]);
});
