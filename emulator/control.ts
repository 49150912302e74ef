import { addAccount } from "./accounts.ts";
import { raiseAlert } from "./alerts.ts";
import { addApplication } from "./applications.ts";
import { callbackControl } from "./callback-control.ts";
import { recordingUpdate } from "./events.ts";
import { iso8601 } from "./formats.ts";
import { type Instance, limitsOf, newSid, randomHex } from "./instance.ts";
import { addNumber, patchNumber } from "./numbers.ts";
import { addSender, mergeBlock } from "./senders.ts";
import { addService, patchService } from "./services.ts";
import { takeSnapshot } from "./snapshot.ts";
import { addressConfiguration, createState, numberByPhone, removeNumber } from "./state.ts";
import { trafficControl } from "./traffic-control.ts";
import { addTrialAccount } from "./trial-account.ts";
import type { Control, NewAddressConfiguration, NewApiKey, NewNumber } from "./types.ts";

/** Everything that happens to an account other than through its API. Unknown SIDs throw: the test is wrong. */
export function createControl(instance: Instance): Control {
  return {
    ...accountControl(instance),
    ...numberControl(instance),
    ...messagingControl(instance),
    ...trafficControl(instance),
    ...callbackControl(instance),
    ...observation(instance),
  };
}

type AccountControl = Pick<
  Control,
  | "createAccount"
  | "createTrialAccount"
  | "createApiKey"
  | "revokeCredentials"
  | "rotateAuthToken"
  | "createAlert"
>;

function accountControl(instance: Instance): AccountControl {
  return {
    createAccount: (seed = {}) => addAccount(instance, seed),
    createTrialAccount: () => addTrialAccount(instance),
    createApiKey: (accountSid, key = {}) => addApiKey(instance, accountSid, key),
    revokeCredentials: (accountSid) => {
      for (const key of instance.state.apiKeys.filter((candidate) => candidate.accountSid === accountSid)) {
        instance.state.apiKeys.delete(key.sid);
      }
      setAuthToken(instance, accountSid, randomHex(instance, 32));
      instance.state.secondaryTokens.delete(accountSid);
    },
    rotateAuthToken: (accountSid, authToken = randomHex(instance, 32)) =>
      setAuthToken(instance, accountSid, authToken),
    createAlert: (accountSid, alert) => {
      const { errorCode = 11200, url = "", text = "", ...seed } = alert;
      const account = known(instance.state.accounts.get(accountSid), accountSid);
      return structuredClone(
        raiseAlert(instance, { ...seed, accountSid: account.sid, errorCode, method: "POST", url, text }),
      );
    },
  };
}

function addApiKey(instance: Instance, accountSid: string, key: NewApiKey) {
  return instance.state.apiKeys.add({
    sid: key.sid ?? newSid(instance, "SK"),
    secret: key.secret ?? randomHex(instance, 32),
    accountSid: known(instance.state.accounts.get(accountSid), accountSid).sid,
    kind: key.kind ?? "standard",
    deny: (key.deny ?? []).map(({ pathPrefix, status = 403 }) => ({ pathPrefix, status })),
  });
}

function setAuthToken(instance: Instance, accountSid: string, authToken: string): string {
  known(instance.state.accounts.get(accountSid), accountSid).auth_token = authToken;
  return authToken;
}

type NumberControl = Pick<
  Control,
  | "createNumber"
  | "updateNumber"
  | "releaseNumber"
  | "setRegion"
  | "setAddressConfiguration"
  | "removeAddressConfiguration"
  | "setTrunk"
>;

function numberControl(instance: Instance): NumberControl {
  return {
    createNumber: (accountSid, number) => createNumber(instance, accountSid, number),
    updateNumber: (sid, fields) => {
      const number = known(instance.state.numbers.get(sid), sid);
      recordingUpdate(instance, number, "console", () => patchNumber(instance, number, fields));
      return structuredClone(number);
    },
    releaseNumber: (sid) => removeNumber(instance.state, known(instance.state.numbers.get(sid), sid)),
    setRegion: (phoneNumber, region) => void instance.state.regions.set(phoneNumber, region),
    setAddressConfiguration: (accountSid, configuration) => {
      removeAddress(instance, accountSid, configuration.address);
      return addAddress(instance, accountSid, configuration);
    },
    removeAddressConfiguration: (accountSid, address) => removeAddress(instance, accountSid, address),
    setTrunk: (trunkSid, originationUrl) => void instance.state.trunks.set(trunkSid, originationUrl),
  };
}

function createNumber(
  instance: Instance,
  accountSid: string,
  { phoneNumber, sid, capabilities, ...fields }: NewNumber,
) {
  if (numberByPhone(instance.state, phoneNumber)) throw new Error(`${phoneNumber} exists already`);
  const account = known(instance.state.accounts.get(accountSid), accountSid);
  const number = addNumber(instance, account.sid, { phoneNumber, sid, capabilities }, fields);
  // Not structuredClone: a benchmark creates 100,000 of them.
  return { ...number, capabilities: { ...number.capabilities } };
}

function addAddress(instance: Instance, accountSid: string, configuration: NewAddressConfiguration) {
  const date = iso8601(instance.options.now());
  return instance.state.addresses.add({
    sid: newSid(instance, "IG"),
    account_sid: accountSid,
    address: configuration.address,
    type: configuration.type ?? "sms",
    friendly_name: null,
    address_country: null,
    auto_creation: configuration.autoCreation ?? { enabled: true, type: "default" },
    date_created: date,
    date_updated: date,
  });
}

function removeAddress({ state }: Instance, accountSid: string, address: string): void {
  const configuration = addressConfiguration(state, accountSid, address);
  if (configuration) state.addresses.delete(configuration.sid);
}

type MessagingControl = Pick<
  Control,
  | "createApplication"
  | "createService"
  | "updateService"
  | "addToService"
  | "removeFromService"
  | "createSender"
  | "updateSender"
  | "setSenderStatus"
>;

function messagingControl(instance: Instance): MessagingControl {
  return {
    createApplication: (accountSid, { sid, ...fields } = {}) =>
      structuredClone(addApplication(instance, accountSid, sid, fields)),
    createService: (accountSid, { sid, ...fields } = {}) =>
      structuredClone(addService(instance, accountSid, sid, fields)),
    updateService: (sid, fields) => {
      const service = known(instance.state.services.get(sid), sid);
      patchService(instance, service, fields);
      return structuredClone(service);
    },
    addToService: (serviceSid, memberSid) => {
      known(instance.state.services.get(serviceSid), serviceSid);
      instance.state.members.delete(memberSid);
      instance.state.members.add({
        sid: memberSid,
        serviceSid,
        dateCreated: iso8601(instance.options.now()),
      });
    },
    removeFromService: (memberSid) => void instance.state.members.delete(memberSid),
    createSender: (accountSid, sender) => structuredClone(addSender(instance, accountSid, sender)),
    updateSender: (sid, webhook) => {
      const sender = known(instance.state.senders.get(sid), sid);
      sender.webhook = mergeBlock("webhook", sender.webhook, webhook);
      return structuredClone(sender);
    },
    setSenderStatus: (sid, status) => {
      const sender = known(instance.state.senders.get(sid), sid);
      sender.status = status;
      sender.updatingUntilMs = null;
    },
  };
}

type Observation = Pick<
  Control,
  | "snapshot"
  | "requests"
  | "clearRequests"
  | "setLimits"
  | "addFault"
  | "clearFaults"
  | "releaseHeld"
  | "reset"
>;

function observation(instance: Instance): Observation {
  return {
    snapshot: () => takeSnapshot(instance),
    requests: (filter) => instance.log.list(filter),
    clearRequests: () => instance.log.clear(),
    setLimits: (limits) => {
      instance.limits = { ...instance.limits, ...limits };
    },
    addFault: (fault) => instance.faults.add(fault),
    clearFaults: () => instance.faults.clear(),
    releaseHeld: () => instance.faults.releaseHeld(),
    reset: () => {
      instance.state = createState();
      instance.log.clear();
      instance.faults.clear();
      instance.faults.dropHeld();
      instance.repeatAcrossPages = instance.options.repeatAcrossPages;
      instance.limits = limitsOf(instance.options);
      instance.conversationsCapture = instance.options.conversationsCapture;
      instance.held.isHolding = false;
      instance.held.drop();
    },
  };
}

function known<T>(resource: T | undefined, sid: string): T {
  if (resource === undefined) throw new Error(`There is no ${sid} in the emulator`);
  return resource;
}
