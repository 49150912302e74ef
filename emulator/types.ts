/**
 * The emulator's public types. `Control` is what somebody outside of the API can do: create resources, change them
 * behind a client's back, make requests fail, and let calls and messages happen. Resource fields are named as in
 * Twilio's JSON (snake_case); everything else is camelCase.
 */
import type { AccountSeed } from "./accounts.ts";
import type { AlertLevel } from "./alerts.ts";
import type { ApplicationFields } from "./applications.ts";
import type { Fault } from "./faults.ts";
import type { NumberFields } from "./numbers.ts";
import type { LoggedRequest, RequestFilter } from "./request-log.ts";
import type {
  AccountResource,
  AddressConfiguration,
  AlertResource,
  ApplicationResource,
  Capabilities,
  JsonBlock,
  MessageResource,
  NumberResource,
  SenderRecord,
  SenderStatus,
  ServiceResource,
} from "./resources.ts";
import type { SenderSeed } from "./senders.ts";
import type { ServiceFields } from "./services.ts";
import type { ApiKeyRecord } from "./state.ts";
import type {
  CallDetails,
  CallProgress,
  CallResult,
  HeldStatusCallback,
  InboundCall,
  InboundMessage,
  MessageResult,
  WebhookAttempt,
} from "./traffic-types.ts";

export interface NewNumber extends NumberFields {
  phoneNumber: string;
  sid?: string | undefined;
  capabilities?: Partial<Capabilities> | undefined;
}

export interface NewApplication extends ApplicationFields {
  sid?: string | undefined;
}

export interface NewService extends ServiceFields {
  sid?: string | undefined;
}

export interface NewApiKey {
  sid?: string | undefined;
  secret?: string | undefined;
  /** Default "standard", which may not touch /Accounts. */
  kind?: "standard" | "main" | undefined;
  /** Path prefixes that the key is refused, by default with 403. */
  deny?: readonly { pathPrefix: string; status?: 403 | 404 | undefined }[] | undefined;
}

export interface NewAddressConfiguration {
  address: string;
  type?: string | undefined;
  autoCreation?: JsonBlock | undefined;
}

export interface NewAlert {
  resourceSid: string;
  /** Default 11200. */
  errorCode?: number | undefined;
  /** Default "error". */
  level?: AlertLevel | undefined;
  url?: string | undefined;
  text?: string | undefined;
  /** Default now. */
  generatedAtMs?: number | undefined;
}

export interface TrialAccount {
  accountSid: string;
  authToken: string;
  phoneNumbers: string[];
}

/** Every resource as it stands, oldest first, without date_updated: equal snapshots mean that nothing changed. */
export interface Snapshot {
  accounts: object[];
  apiKeys: object[];
  numbers: object[];
  applications: object[];
  services: object[];
  members: object[];
  senders: object[];
  addresses: object[];
  regions: Record<string, string>;
  trunks: Record<string, string>;
  calls: object[];
  messages: object[];
  /** "number recipient" */
  optOuts: string[];
  alerts: object[];
}

export interface Control {
  createAccount(seed?: AccountSeed): AccountResource;
  /** A new account with a few numbers, for somebody who has none. */
  createTrialAccount(): TrialAccount;
  createApiKey(accountSid: string, key?: NewApiKey): ApiKeyRecord;
  /** The account's primary token is replaced, the secondary and all API keys are gone. */
  revokeCredentials(accountSid: string): void;
  /** Answers the new primary token; the old one stops working at once. */
  rotateAuthToken(accountSid: string, authToken?: string): string;

  createNumber(accountSid: string, number: NewNumber): NumberResource;
  /** Somebody changes the number in the Console. */
  updateNumber(sid: string, fields: NumberFields): NumberResource;
  releaseNumber(sid: string): void;
  /** The region that processes the number's inbound calls; us1 is where this emulator's configuration counts. */
  setRegion(phoneNumber: string, region: string): void;
  /** An address has one at most: a new one takes the place of the old. */
  setAddressConfiguration(accountSid: string, configuration: NewAddressConfiguration): AddressConfiguration;
  removeAddressConfiguration(accountSid: string, address: string): void;
  /** Where an Elastic SIP trunk sends its calls. */
  setTrunk(trunkSid: string, originationUrl: string): void;

  createApplication(accountSid: string, application?: NewApplication): ApplicationResource;
  createService(accountSid: string, service?: NewService): ServiceResource;
  updateService(sid: string, fields: ServiceFields): ServiceResource;
  /** A number (PN…) or a sender (XE…). */
  addToService(serviceSid: string, memberSid: string): void;
  removeFromService(memberSid: string): void;
  createSender(accountSid: string, sender: SenderSeed): SenderRecord;
  updateSender(sid: string, webhook: JsonBlock): SenderRecord;
  setSenderStatus(sid: string, status: SenderStatus): void;

  /** What a webhook that fails leaves behind, without one. */
  createAlert(accountSid: string, alert: NewAlert): AlertResource;

  placeCall(call: InboundCall): Promise<CallResult>;
  receiveMessage(message: InboundMessage): Promise<MessageResult>;
  /** Moves an outbound message on and sends its status callback, if anybody asked for one. */
  advanceMessage(
    sid: string,
    status: string,
    details?: { errorCode?: number | undefined },
  ): Promise<{ message: MessageResource; webhooks: WebhookAttempt[] }>;
  /** Moves an outbound call on: initiated, ringing, in-progress (fetches its TwiML), or an end. */
  advanceCall(sid: string, status: string, details?: CallDetails): Promise<CallProgress>;
  /** Sets what Twilio fills in later, e.g. "-0.0085". */
  setPrice(sid: string, price: string): void;
  /**
   * While true, status callbacks of calls and messages, inbound and outbound, are kept instead of sent, so that a test
   * may lose, repeat and reorder them. False sends the following ones again; what is held stays held.
   */
  holdStatusCallbacks(isHolding: boolean): void;
  /** Oldest first, those included that were delivered already. */
  heldStatusCallbacks(): HeldStatusCallback[];
  /**
   * Delivers one, with the token of its account as it is now. It stays held: delivering it again is a duplicate, under
   * the same I-Twilio-Idempotency-Token.
   */
  deliverHeld(id: string): Promise<WebhookAttempt[]>;
  /** Forgets some, by default all: where none was delivered before, they are lost. Answers how many. */
  dropHeld(ids?: readonly string[]): number;
  /** Switches the option of this name on or off. */
  repeatAcrossPages(isRepeating: boolean): void;
  /** Switches the option of this name on or off. */
  conversationsCapture(isCapturing: boolean): void;
  /** Resolves when no webhook that follows from a REST request is on its way any more. */
  idle(): Promise<void>;

  snapshot(): Snapshot;
  requests(filter?: RequestFilter): LoggedRequest[];
  clearRequests(): void;
  /** Changes the options of these names from the next request on; what is under way stays as it is. */
  setLimits(limits: { latencyMs?: number | undefined; concurrencyLimit?: number | undefined }): void;
  addFault(fault: Fault): void;
  clearFaults(): void;
  /** Applies the requests held by `hangThenApply`; answers how many. */
  releaseHeld(): number;
  /** Forgets everything: resources, faults, requests. */
  reset(): void;
}

export interface Emulator {
  /** http://host:port, to be put in the place of every https://{product}.twilio.com. */
  readonly url: string;
  readonly control: Control;
  /** Stops listening, drops what is held, and aborts what is on its way. */
  close(): Promise<void>;
}
