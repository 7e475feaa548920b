import { hash, randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { openRequestLog, type RequestLog } from "../../sandbox/request-log.ts";
import type { BrokenLine, ReplyLine, SentLine } from "./evidence.ts";
import { readReply, type CampaignDoor, type Understood } from "./read-reply.ts";
import { createRandom, type Random } from "./seeded.ts";

/** Drives load and notes, durably, what it sent and what it was told. */
export interface OracleClient {
  /** Takes no new call; resolves when those under way have ended. */
  readonly stop: () => Promise<void>;
  readonly counts: Readonly<Record<string, number>>;
}

/** What a caller sends to be known, and who the rows must say it was. */
export interface Credential {
  readonly headers: Readonly<Record<string, string>>;
  readonly organizationId: string;
  readonly appId: string | null;
  readonly userId: string | null;
  readonly keyId: string;
}

interface StartOracleClient {
  readonly seed: number;
  readonly callers: number;
  readonly logFile: string;
  readonly credentials: readonly [Credential, ...Credential[]];
  /** Addresses of the gateways alive just now. */
  readonly gateways: () => readonly string[];
  /** How long a caller waits for a whole answer. */
  readonly patienceMs: number;
}

interface Planned {
  readonly call: string;
  readonly door: CampaignDoor;
  readonly model: string;
  readonly stream: boolean;
  readonly key: string | null;
  /** Undefined: a stranger's. */
  readonly credential: Credential | undefined;
  readonly words: number;
  /** Leaves after so many bytes of a stream. */
  readonly leaveAfterBytes: number | undefined;
  /** Sends the same call, with the same key, twice at once, or once more after it was answered or left in doubt. */
  readonly repeats: "at-once" | "afterwards" | undefined;
}

const models = ["openai/gpt-4o-mini", "anthropic/claude-sonnet-4-5", "google/gemini-2.5-flash"] as const;
const maxAttempts = 8;
const maxOutputTokens = 200;

const plan = (random: Random, credentials: StartOracleClient["credentials"], call: string): Planned => {
  const door = random.pick(["openai", "openai", "rest"] as const);
  const stream = random.next() < 0.5;
  const authenticated = random.next() > 0.02;
  const keyed = random.next() < 0.5;
  const repeating = random.next();
  return {
    call,
    door: stream ? "openai" : door,
    model: random.pick(models),
    stream,
    key: keyed ? `key-${call}` : null,
    credential: authenticated ? random.pick(credentials) : undefined,
    words: random.between(3, 60),
    leaveAfterBytes: stream && random.next() < 0.12 ? random.between(0, 4_000) : undefined,
    repeats: !keyed || repeating > 0.2 ? undefined : repeating < 0.06 ? "at-once" : "afterwards",
  };
};

/** The mark finds the call's requests at the vendor, whatever became of the rest of its body. */
const promptOf = ({ call, words }: Planned): string => `Call [[mark:${call}]] [[words:${words}]]`;

const requestOf = (planned: Planned, signal: AbortSignal): readonly [string, RequestInit] => {
  const { door, model, stream, key, credential, call } = planned;
  const prompt = promptOf(planned);
  const body =
    door === "rest"
      ? { model, prompt, maxOutputTokens }
      : { model, messages: [{ role: "user", content: prompt }], max_completion_tokens: maxOutputTokens, stream };
  return [
    door === "rest" ? "/api/ai/generate-text" : "/v1/chat/completions",
    {
      method: "POST",
      signal,
      headers: {
        ...(credential?.headers ?? { authorization: `Bearer tpk_live_${hash("sha256", call)}` }),
        "content-type": "application/json",
        ...(key === null ? {} : { "idempotency-key": key }),
      },
      body: JSON.stringify(body),
    },
  ];
};

const reasonOf = (error: unknown): string => {
  if (!(error instanceof Error)) return "unknown";
  const { cause } = error;
  return typeof cause === "object" && cause !== null && "code" in cause ? String(cause.code) : error.name;
};

/** Whether a caller with a key would try again: nothing is known yet, or nothing was done. */
const triesAgain = (outcome: Understood | undefined): boolean =>
  outcome === undefined ||
  (outcome.code !== null && outcome.effect === "none" && [409, 429, 500, 503].includes(outcome.status));

class Caller {
  readonly #options: StartOracleClient;
  readonly #log: RequestLog;
  readonly #random: Random;
  readonly #counts: Record<string, number>;

  constructor(options: StartOracleClient, log: RequestLog, random: Random, counts: Record<string, number>) {
    this.#options = options;
    this.#log = log;
    this.#random = random;
    this.#counts = counts;
  }

  #count(name: string): void {
    this.#counts[name] = (this.#counts[name] ?? 0) + 1;
  }

  async run(stopped: () => boolean): Promise<void> {
    while (!stopped()) {
      const planned = plan(this.#random, this.#options.credentials, randomUUID());
      let repeated = false;
      for (let attempt = 1; attempt <= maxAttempts; attempt += 1) {
        const gateways = this.#options.gateways();
        const [first, ...others] = gateways;
        if (first === undefined) {
          await sleep(100);
          continue;
        }
        const gateway = (): string => this.#random.pick([first, ...others]);
        const beside = planned.repeats === "at-once" && attempt === 1 ? this.#try(planned, 2, gateway()) : undefined;
        const outcome = await this.#try(planned, attempt, gateway());
        await beside;
        if (beside) attempt += 1;
        const once = planned.repeats === "afterwards" && !repeated;
        if (planned.key === null || !(triesAgain(outcome) || once)) break;
        if (!triesAgain(outcome)) repeated = true;
        await sleep(this.#random.between(50, 500) * attempt);
      }
      await sleep(this.#random.between(0, 60));
    }
  }

  async #try(planned: Planned, attempt: number, gateway: string): Promise<Understood | undefined> {
    const { call, key, credential, model, stream, leaveAfterBytes, door } = planned;
    const leaves = attempt === 1 && leaveAfterBytes !== undefined;
    const sent: SentLine = {
      type: "sent",
      call,
      attempt,
      key,
      authenticated: credential !== undefined,
      model,
      stream,
      organizationId: credential?.organizationId ?? null,
      appId: credential?.appId ?? null,
      userId: credential?.userId ?? null,
      keyId: credential?.keyId ?? null,
      gateway,
      leaves,
      promptBytes: Buffer.byteLength(promptOf(planned)),
      maxOutputTokens,
      at: new Date().toISOString(),
    };
    await this.#log.append(sent);
    this.#count("sent");
    const leaving = new AbortController();
    const signal = AbortSignal.any([leaving.signal, AbortSignal.timeout(this.#options.patienceMs)]);
    const [path, init] = requestOf(planned, signal);
    try {
      const response = await fetch(gateway + path, init);
      const understood = await readReply(response, door, stream, (bytes) => {
        if (leaves && bytes >= leaveAfterBytes) leaving.abort();
      });
      const line: ReplyLine = { type: "reply", call, attempt, ...understood, at: new Date().toISOString() };
      await this.#log.append(line);
      if (attempt > 1) this.#count("repeated");
      this.#count(understood.code ?? (understood.replayed ? "replayed" : "answered"));
      return understood;
    } catch (error) {
      const reason = leaving.signal.aborted ? "left" : reasonOf(error);
      const line: BrokenLine = { type: "broken", call, attempt, reason, at: new Date().toISOString() };
      await this.#log.append(line);
      this.#count(`broken:${reason}`);
      return undefined;
    }
  }
}

export const startOracleClient = (options: StartOracleClient): OracleClient => {
  const log = openRequestLog(options.logFile, true);
  const counts: Record<string, number> = {};
  let stopped = false;
  const running = Array.from({ length: options.callers }, (_, index) =>
    new Caller(options, log, createRandom(options.seed * 1_000 + index), counts).run(() => stopped),
  );
  return {
    counts,
    stop: async () => {
      stopped = true;
      await Promise.all(running);
      await log.close();
    },
  };
};
