// Pure: the configuration that we want, and how it differs from the one that is there. Every write to Twilio is a list
// of the changes computed here; so are a dry run, a drift report and a rollback.

export type Channel = "voice" | "sms" | "whatsapp";

/** Which channels of a number we manage. Voice always; a channel that is not managed is never touched. */
export interface ManagedChannels {
  readonly sms: boolean;
  readonly whatsapp: boolean;
}

/** Field names as in Twilio's SDK; "" is unset. Twilio itself mixes "" and null. */
export type Fields = Readonly<Record<string, string>>;

export type ResourceKind = "number" | "service" | "sender";

/** The fields of one Twilio resource: a number (PN…), a Messaging Service (MG…) or a WhatsApp sender (XE…). */
export interface ResourceConfig {
  readonly resource: ResourceKind;
  readonly sid: string;
  readonly fields: Fields;
}

/** One field that differs. */
export interface Change {
  readonly resource: ResourceKind;
  readonly sid: string;
  readonly field: string;
  readonly before: string;
  readonly after: string;
}

/** What has to be written so that `observed` becomes `desired`. Fields that `desired` does not name stay as they are. */
export function planWebhooks(
  desired: readonly ResourceConfig[],
  observed: readonly ResourceConfig[],
): readonly Change[] {
  return desired.flatMap(({ resource, sid, fields }) => {
    const there = fieldsOf(observed, sid);
    // Most numbers of a fleet are as they should be, and then only names are gone through.
    const different = Object.keys(fields).filter((field) => (there[field] ?? "") !== fields[field]);
    return different.map((field) => ({
      resource,
      sid,
      field,
      before: there[field] ?? "",
      after: fields[field] ?? "",
    }));
  });
}

export interface Restoration {
  /** What to write: fields that still hold our value, back to what stood there before. */
  readonly changes: readonly Change[];
  /** Fields that somebody else changed meanwhile; `before` is theirs, `after` what stood there before us. Not ours to write. */
  readonly lost: readonly Change[];
}

/** How to take changes back, given what is there now. Twilio has no compare-and-set; this is as near as it gets. */
export function planRestoration(
  changes: readonly Change[],
  observed: readonly ResourceConfig[],
): Restoration {
  const restore: Change[] = [];
  const lost: Change[] = [];
  for (const change of changes) {
    const there = observed.find(({ sid }) => sid === change.sid);
    const now = there?.fields[change.field] ?? "";
    const back = { ...change, before: now, after: change.before };
    if (now === change.before) continue;
    // A resource that is gone holds nothing of ours, also where we cleared a field of it, and cannot be written to.
    if (there && now === change.after) restore.push(back);
    else lost.push(back);
  }
  return { changes: restore, lost };
}

/** Whether every change is in place. */
export function areInPlace(changes: readonly Change[], observed: readonly ResourceConfig[]): boolean {
  return changes.every((change) => (fieldsOf(observed, change.sid)[change.field] ?? "") === change.after);
}

/** What is there once the changes are written. */
export function applyChanges(
  configs: readonly ResourceConfig[],
  changes: readonly Change[],
): readonly ResourceConfig[] {
  return configs.map((config) => {
    const own = changes.filter(({ sid }) => sid === config.sid).map(({ field, after }) => [field, after]);
    return { ...config, fields: { ...config.fields, ...Object.fromEntries(own) } };
  });
}

/**
 * What Twilio has been given once some of what is wanted was written: that where it is in place, and elsewhere what was given
 * before.
 */
export function givenConfig(
  wanted: readonly ResourceConfig[],
  before: readonly ResourceConfig[],
  observed: readonly ResourceConfig[],
): readonly ResourceConfig[] {
  return wanted.map((config) => {
    const [given, there] = [fieldsOf(before, config.sid), fieldsOf(observed, config.sid)];
    const fields = Object.entries(config.fields).map(([field, value]) => [
      field,
      there[field] === value ? value : (given[field] ?? value),
    ]);
    return { ...config, fields: Object.fromEntries(fields) };
  });
}

export interface ResourceChanges {
  readonly resource: ResourceKind;
  readonly sid: string;
  readonly changes: readonly Change[];
}

/** Changes by resource, in the order in which resources first appear. */
export function groupByResource(changes: readonly Change[]): readonly ResourceChanges[] {
  const groups = new Map<string, Change[]>();
  for (const change of changes) groups.set(change.sid, [...(groups.get(change.sid) ?? []), change]);
  return [...groups].flatMap(([sid, group]) =>
    group[0] === undefined ? [] : [{ resource: group[0].resource, sid, changes: group }],
  );
}

function fieldsOf(configs: readonly ResourceConfig[], sid: string): Fields {
  return configs.find((config) => config.sid === sid)?.fields ?? {};
}
