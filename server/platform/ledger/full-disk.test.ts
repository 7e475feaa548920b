import { test } from "vitest";
import { openTestLedger, type TestLedger } from "../../../test/ledger.ts";
import { NexusError } from "../../errors.ts";

// PostgreSQL's own words for a disk without space, said by triggers: takes no disk and nobody's rights.

interface Disk {
  readonly t: TestLedger;
  /** The table has no space for another page. */
  readonly fill: (table: "operation" | "entry") => Promise<unknown>;
  readonly free: () => Promise<unknown>;
}

// They wait side by side, each with a database of its own.
const onDisk = async (work: (disk: Disk) => Promise<void>): Promise<void> => {
  const t = await openTestLedger();
  await t.pool.query(
    `create table public.disk (full_for text[] not null);
     insert into public.disk values ('{}');
     create function public.no_space() returns trigger language plpgsql security definer as $$
     begin
       if (select tg_argv[0] = any (full_for) from public.disk) then
         raise exception 'could not extend file "base/5/16385": No space left on device' using errcode = 'disk_full';
       end if;
       return new;
     end $$;
     create trigger no_space before insert or update on nexus.operation for each row execute function public.no_space('operation');
     create trigger no_space before insert on nexus.entry for each row execute function public.no_space('entry')`,
  );
  try {
    await work({
      t,
      fill: (table) => t.pool.query("update public.disk set full_for = array[$1]", [table]),
      free: () => t.pool.query("update public.disk set full_for = '{}'"),
    });
  } finally {
    await t.close();
  }
};

const refusal = (error: unknown): unknown =>
  error instanceof NexusError ? { code: error.code, effect: error.effect } : String(error);

test.concurrent(
  "with a full disk a call is refused before anything is sent, and nothing stays held when there is space again",
  { timeout: 60_000 },
  ({ expect }) =>
    onDisk(async ({ t, fill, free }) => {
      const org = await t.organization([{ limit: 1_000n }]);
      await t.settle(await t.hold(org, 10n), 4n);
      await fill("operation");
      const began = Date.now();
      const refused = await Promise.all(
        Array.from({ length: 30 }, () => t.ledger.reserve(t.call(org, 10n)).then(String, refusal)),
      );
      expect(new Set(refused.map((each) => JSON.stringify(each)))).toEqual(
        new Set([JSON.stringify({ code: "LEDGER_UNAVAILABLE", effect: "none" })]),
      );
      expect(Date.now() - began).toBeLessThan(10_000);
      await free();
      // No restart: the next one is held, and what was refused is held by nobody.
      for (let left = 50; ; left -= 1) {
        const reply = await t.ledger.reserve(t.call(org, 10n)).then(({ status }) => status, refusal);
        if (reply === "held") break;
        if (left === 0) throw new Error(`still ${JSON.stringify(reply)}`);
        await new Promise((resolve) => setTimeout(resolve, 100));
      }
      await new Promise((resolve) => setTimeout(resolve, 1_500));
      const budget = await t.budget(org.levels[1]);
      expect(budget).toMatchObject({ reserved: 10n, spent: 4n });
      expect(await t.disagreeing()).toEqual([]);
    }),
);

test.concurrent(
  "with a full disk settling a paid call is retried until there is space, and is then exact",
  { timeout: 60_000 },
  ({ expect }) =>
    onDisk(async ({ t, fill, free }) => {
      const org = await t.organization([{ limit: 10_000n }, { limit: 10_000n, period: "day", window: "rolling" }]);
      const held = await Promise.all(Array.from({ length: 40 }, () => t.hold(org, 10n)));
      for (const table of ["entry", "operation"] as const) {
        await fill(table);
        const batch = held.splice(0, 20);
        let ended = 0;
        const ends = Promise.all(
          batch.map(async (id, n) => {
            const reply = await t.settle(id, BigInt(n), { answer: new Uint8Array(100) });
            ended += 1;
            return reply;
          }),
        );
        await new Promise((resolve) => setTimeout(resolve, 3_000));
        expect(ended).toBe(0);
        await free();
        expect(new Set(await ends)).toEqual(new Set(["settled"]));
      }
      expect(await t.budget(org.levels[1])).toMatchObject({ reserved: 0n });
      const { rows } = await t.pool.query("select sum(amount)::int as booked, count(*)::int as n from nexus.entry");
      // 0 to 19 twice; beyond ten each is an overrun of its own.
      expect(rows).toEqual([{ booked: 380, n: 40 + 18 }]);
      expect(await t.disagreeing()).toEqual([]);
    }),
);
