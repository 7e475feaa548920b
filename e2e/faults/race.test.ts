import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, inject, it } from "vitest";
import { createTestDatabase } from "../../test/database.ts";
import { race, type RaceRound } from "./race.ts";
import { canaryKey } from "../../test/canary-key.ts";

it(
  "two processes admit exactly as many calls as a budget fits, whichever scope is tight",
  { timeout: 90_000 },
  async () => {
    const database = await createTestDatabase();
    const dataDir = await mkdtemp(join(tmpdir(), "nexus-race-"));
    const rounds: RaceRound[] = [];
    try {
      await race({
        databaseUrl: database.url,
        dataDir,
        logDir: join(inject("logDir"), "race"),
        vendorKey: canaryKey(),
        seed: 11,
        rounds: 3,
        processes: [2],
        calls: 80,
        onRound: (round) => rounds.push(round),
      });
    } finally {
      await database.drop();
      await rm(dataDir, { recursive: true, force: true });
    }
    expect(rounds.map(({ scope }) => scope)).toEqual(["organization", "app", "key"]);
    for (const round of rounds) {
      expect(round).toMatchObject({
        admitted: round.fits,
        refused: 80 - round.fits,
        rows: round.fits,
        vendorRequests: round.fits,
        overLimit: 0,
      });
    }
  },
);
