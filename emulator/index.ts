/**
 * A stateful Twilio over HTTP, for tests, demos and continuous integration. It serves the REST resources that decide
 * what a phone number does, sends the signed webhooks that follow from them, and fails on request.
 *
 * It must never import from src/, so that it cannot agree with a mistake made there; never keep state outside of the
 * instance that `startEmulator` returns; and never be the place where Twilio's real limits or prices are looked up.
 */
export type { AccountSeed } from "./accounts.ts";
export type { ApplicationFields } from "./applications.ts";
export { type DemoAccount, type DemoNumber, seedDemo } from "./demo-account.ts";
export type { Fault, FaultEffect } from "./faults.ts";
export type { NumberFields } from "./numbers.ts";
export type { EmulatorOptions } from "./options.ts";
export type { LoggedRequest, RequestFilter } from "./request-log.ts";
export type * from "./resources.ts";
export { startEmulator } from "./server.ts";
export type { ServiceFields } from "./services.ts";
export { signJsonWebhook, signWebhook } from "./signature.ts";
export type * from "./traffic-types.ts";
export type * from "./types.ts";
