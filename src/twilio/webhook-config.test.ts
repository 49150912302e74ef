import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  applyChanges,
  areInPlace,
  type Fields,
  groupByResource,
  planRestoration,
  planWebhooks,
  type ResourceConfig,
} from "./webhook-config.ts";

const FIELDS = ["voiceUrl", "voiceMethod", "smsUrl", "trunkSid"];
const VALUES = ["", "POST", "https://a.example.com", "https://b.example.com"];
const RESOURCES = [
  { resource: "number", sid: "PN1" },
  { resource: "service", sid: "MG1" },
  { resource: "sender", sid: "XE1" },
] as const;

const value = fc.constantFrom(...VALUES);
const someFields: fc.Arbitrary<Fields> = fc.dictionary(fc.constantFrom(...FIELDS), value);
const allFields: fc.Arbitrary<Fields> = fc.record(Object.fromEntries(FIELDS.map((field) => [field, value])));

/** What is there: every resource with every field. */
const there: fc.Arbitrary<readonly ResourceConfig[]> = fc
  .tuple(allFields, allFields, allFields)
  .map((fields) => RESOURCES.map((resource, index) => ({ ...resource, fields: fields[index] ?? {} })));

/** What is wanted: some resources with some fields. */
const wanted: fc.Arbitrary<readonly ResourceConfig[]> = fc
  .tuple(fc.subarray([...RESOURCES]), fc.array(someFields, { minLength: 3, maxLength: 3 }))
  .map(([resources, fields]) =>
    resources.map((resource, index) => ({ ...resource, fields: fields[index] ?? {} })),
  );

const at = (configs: readonly ResourceConfig[], sid: string, field: string) =>
  configs.find((config) => config.sid === sid)?.fields[field];
const isNamed = (configs: readonly ResourceConfig[], sid: string, field: string) =>
  at(configs, sid, field) !== undefined;

describe("a plan", () => {
  test("once written, gives what was wanted in the fields that are named, and leaves the others", () => {
    fc.assert(
      fc.property(wanted, there, (desired, before) => {
        const after = applyChanges(before, planWebhooks(desired, before));
        for (const { sid, fields } of before) {
          for (const field of Object.keys(fields)) {
            const source = isNamed(desired, sid, field) ? desired : before;
            expect(at(after, sid, field)).toBe(at(source, sid, field));
          }
        }
      }),
    );
  });

  test("is empty once it is written", () => {
    fc.assert(
      fc.property(wanted, there, (desired, before) => {
        const changes = planWebhooks(desired, before);
        const after = applyChanges(before, changes);
        expect(planWebhooks(desired, after)).toEqual([]);
        expect(areInPlace(changes, after)).toBe(true);
      }),
    );
  });

  test("never writes what is there already", () => {
    fc.assert(
      fc.property(wanted, there, (desired, before) => {
        for (const change of planWebhooks(desired, before)) {
          expect(change.after).not.toBe(change.before);
          expect(at(before, change.sid, change.field)).toBe(change.before);
        }
      }),
    );
  });

  test("is in place only when it is written whole", () => {
    fc.assert(
      fc.property(wanted, there, (desired, before) => {
        const changes = planWebhooks(desired, before);
        fc.pre(changes.length > 0);
        expect(areInPlace(changes, before)).toBe(false);
        expect(areInPlace(changes, applyChanges(before, changes.slice(1)))).toBe(false);
      }),
    );
  });

  test("takes a field that Twilio does not mention for one that is not set", () => {
    const desired = [
      { resource: "number", sid: "PN1", fields: { trunkSid: "", voiceUrl: "https://a" } },
    ] as const;
    expect(planWebhooks(desired, [{ resource: "number", sid: "PN1", fields: {} }])).toEqual([
      { resource: "number", sid: "PN1", field: "voiceUrl", before: "", after: "https://a" },
    ]);
  });
});

describe("taking changes back", () => {
  test("gives what was there before, field for field", () => {
    fc.assert(
      fc.property(wanted, there, (desired, before) => {
        const changes = planWebhooks(desired, before);
        const { changes: back, lost } = planRestoration(changes, applyChanges(before, changes));
        expect(lost).toEqual([]);
        expect(applyChanges(applyChanges(before, changes), back)).toEqual(before);
      }),
    );
  });

  test("gives what was there before from any point halfway", () => {
    fc.assert(
      fc.property(wanted, there, fc.infiniteStream(fc.boolean()), (desired, before, isWritten) => {
        const changes = planWebhooks(desired, before);
        const halfway = applyChanges(
          before,
          changes.filter(() => isWritten.next().value),
        );
        const { changes: back, lost } = planRestoration(changes, halfway);
        expect(lost).toEqual([]);
        expect(applyChanges(halfway, back)).toEqual(before);
      }),
    );
  });

  test("never writes a field that somebody else has changed meanwhile, and names it", () => {
    fc.assert(
      fc.property(wanted, there, someFields, (desired, before, theirs) => {
        const changes = planWebhooks(desired, before);
        const mixed = applyChanges(before, changes).map((config) => ({
          ...config,
          fields: { ...config.fields, ...theirs },
        }));
        const { changes: back, lost } = planRestoration(changes, mixed);
        for (const change of changes) {
          const now = at(mixed, change.sid, change.field);
          const isTheirs = now !== change.before && now !== change.after;
          const same = ({ sid, field }: { sid: string; field: string }) =>
            sid === change.sid && field === change.field;
          expect(back.some(same)).toBe(now === change.after);
          expect(lost.find(same)).toEqual(
            isTheirs ? { ...change, before: now, after: change.before } : undefined,
          );
        }
      }),
    );
  });

  test.each(["https://b", ""])(
    "writes nothing to a resource that is gone, and says so, after %j",
    (after) => {
      const change = {
        resource: "sender",
        sid: "XE1",
        field: "callbackUrl",
        before: "https://a",
        after,
      } as const;
      const { changes, lost } = planRestoration([change], []);
      expect(changes).toEqual([]);
      expect(lost).toEqual([{ ...change, before: "", after: "https://a" }]);
    },
  );
});

test("changes are written in one request a resource, whatever order they come in", () => {
  fc.assert(
    fc.property(wanted, there, (desired, before) => {
      const changes = planWebhooks(desired, before);
      const groups = groupByResource(changes);
      expect(groups.flatMap((group) => group.changes)).toHaveLength(changes.length);
      expect(new Set(groups.map(({ sid }) => sid)).size).toBe(groups.length);
      for (const { sid, resource, changes: own } of groups) {
        expect(own.every((change) => change.sid === sid && change.resource === resource)).toBe(true);
      }
    }),
  );
});
