import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { RevocationFeed, RevocationListener } from "./follow-revocations.ts";
import { RevocableCache } from "./revocable-cache.ts";

const openFeed = () => {
  let tell: RevocationListener | undefined;
  let dropped = 0;
  const feed: RevocationFeed = {
    isFresh: () => true,
    on: (listener) => {
      tell = listener;
      return () => undefined;
    },
    state: () => ({ ageMs: 0, interruptions: 0, resets: 0, dropped }),
    countDropped: (entries) => {
      dropped += entries;
    },
    close: () => undefined,
  };
  return { feed, tell: (changed: readonly string[] | "everything") => tell?.(changed) };
};

const forever = Infinity;

/** Few of each, so that they meet. */
const key = fc.constantFrom("a", "b", "c", "d", "e", "f");
const subject: fc.Arbitrary<string> = fc.constantFrom("usr_1", "usr_2", "org_1", "org_2", "ses_1", "a", "b");
const step = fc.oneof(
  fc.record({ kind: fc.constant("set" as const), key, subjects: fc.uniqueArray(subject, { maxLength: 4 }) }),
  fc.record({ kind: fc.constant("ask" as const), key, subjects: fc.uniqueArray(subject, { maxLength: 4 }) }),
  fc.record({ kind: fc.constant("arrive" as const) }),
  fc.record({ kind: fc.constant("delete" as const), key }),
  fc.record({ kind: fc.constant("change" as const), changed: fc.array(subject, { minLength: 1, maxLength: 3 }) }),
  fc.record({ kind: fc.constant("everything" as const) }),
);

interface Kept {
  readonly key: string;
  readonly value: number;
  readonly subjects: readonly string[];
}
interface Asked extends Kept {
  readonly since: number;
  readonly askedAt: number;
}

test("whatever is kept, changed and asked for in whatever order: it holds the latest that nothing has changed", () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), fc.integer({ min: 1, max: 4 }), (steps, limit) => {
      const { feed, tell } = openFeed();
      const cache = new RevocableCache<number>({ limit, revocations: feed });
      // A list, oldest first, and everything that ever changed.
      let kept: Kept[] = [];
      const changes: { readonly at: number; readonly subject: string | undefined }[] = [];
      const asked: Asked[] = [];
      const keep = (entry: Kept): void => {
        kept = [...kept.filter((each) => each.key !== entry.key), entry].slice(-limit);
      };
      for (const [now, each] of steps.entries()) {
        if (each.kind === "set") {
          const entry = { key: each.key, value: now, subjects: each.subjects };
          expect(cache.set(each.key, { ...entry, until: forever, since: cache.moment() })).toBe(true);
          keep(entry);
        } else if (each.kind === "ask") {
          asked.push({ key: each.key, value: now, subjects: each.subjects, since: cache.moment(), askedAt: now });
        } else if (each.kind === "arrive") {
          const answer = asked.shift();
          if (!answer) continue;
          const isCurrent = !changes.some(
            ({ at, subject: changed }) =>
              at > answer.askedAt && (changed === undefined || answer.subjects.includes(changed)),
          );
          expect(cache.set(answer.key, { ...answer, until: forever })).toBe(isCurrent);
          if (isCurrent) keep(answer);
        } else if (each.kind === "delete") {
          cache.delete(each.key);
          kept = kept.filter((entry) => entry.key !== each.key);
        } else if (each.kind === "change") {
          tell(each.changed);
          for (const changed of each.changed) changes.push({ at: now, subject: changed });
          kept = kept.filter((entry) => !entry.subjects.some((about) => each.changed.includes(about)));
        } else {
          tell("everything");
          changes.push({ at: now, subject: undefined });
          kept = [];
        }
        for (const name of ["a", "b", "c", "d", "e", "f"]) {
          const expected = kept.find((entry) => entry.key === name);
          expect(cache.get(name, 0)).toBe(expected?.value);
          expect(cache.subjectsOf(name)).toEqual(expected?.subjects ?? []);
        }
      }
    }),
    { numRuns: 500 },
  );
});

test("an answer that was on its way while more changed than is remembered is not kept", () => {
  const { feed, tell } = openFeed();
  const cache = new RevocableCache<true>({ limit: 10, revocations: feed });
  const entry = { value: true, subjects: ["ses_1"], until: forever } as const;
  const since = cache.moment();
  tell(["ses_1"]);
  tell(Array.from({ length: 4_000 }, (_, index) => `usr_${index}`));
  const between = cache.moment();
  expect(cache.set("a", { ...entry, since })).toBe(false);
  expect(cache.set("a", { ...entry, since: between })).toBe(true);
  tell(Array.from({ length: 30_000 }, (_, index) => `usr_${index}`));
  expect(cache.set("a", { ...entry, since: between })).toBe(false);
  expect(cache.set("a", { ...entry, since: cache.moment() })).toBe(true);
});

describe("with twenty thousand answers", () => {
  const fill = (cache: RevocableCache<object>, from: number, count: number): void => {
    const value = {};
    for (let n = from; n < from + count; n += 1)
      cache.set(`digest ${n}`, {
        value,
        subjects: [`digest ${n}`, `jti_${n}`, `ses_${n}`, `usr_${n}`, `org_${n % 500}`],
        until: forever,
        since: cache.moment(),
      });
  };
  test("a thousand sessions that end are gone, and all others are still there", () => {
    const { feed, tell } = openFeed();
    const cache = new RevocableCache<object>({ limit: 20_000, revocations: feed });
    fill(cache, 0, 20_000);
    tell(Array.from({ length: 1_000 }, (_, index) => `ses_${index}`));
    expect(feed.state().dropped).toBe(1_000);
    expect([cache.get("digest 999", 0), cache.get("digest 1000", 0)]).toEqual([undefined, {}]);
    tell(["org_0"]);
    expect(feed.state().dropped).toBe(1_000 + 38);
  });

  test("one more takes the place of the oldest", () => {
    const cache = new RevocableCache<object>({ limit: 20_000 });
    fill(cache, 0, 38_000);
    expect([cache.get("digest 17999", 0), cache.get("digest 18000", 0)]).toEqual([undefined, {}]);
    expect(cache.get("digest 37999", 0)).toEqual({});
  });
});
