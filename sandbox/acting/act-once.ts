import type { ServerResponse } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import type { ActingFault } from "./acting-rules.ts";
import { KeyStore, type ActingAnswer } from "./key-store.ts";

/** How a vendor says what all vendors that act have to say. */
export interface ActingWords {
  /** Of every answer. */
  readonly headers: () => Readonly<Record<string, string>>;
  readonly wrongKey: ActingAnswer;
  readonly rateLimited: ActingAnswer;
  readonly maintenance: ActingAnswer;
  readonly inProgress: ActingAnswer;
  readonly refused: ActingAnswer;
  readonly failed: ActingAnswer;
  readonly withoutField: ActingAnswer;
  /** A body without the id of what was done. */
  readonly withoutId: (body: string) => string;
  /** The same key with another request; undefined where the vendor does not compare them. */
  readonly mismatch: ActingAnswer | undefined;
  /** A key keeps what failed and was refused, too; else such a request is carried out when it is repeated. */
  readonly keepsFailures: boolean;
  /** Of what a repeat is answered: the first answer by default. */
  readonly repeated?: (first: ActingAnswer) => ActingAnswer;
}

/** A request to act that is well-formed: what comes of it is decided by its key, and by what goes wrong. */
interface ActingCall {
  readonly response: ServerResponse;
  /** Null: every request is carried out. */
  readonly key: string | null;
  readonly digest: string;
  readonly keyLifetimeMs: number;
  readonly fault: ActingFault | undefined;
  readonly execute: () => ActingAnswer | Promise<ActingAnswer>;
}

export interface ActOnce {
  readonly keys: KeyStore;
  readonly act: (call: ActingCall) => Promise<void>;
  readonly answer: (response: ServerResponse, answer: ActingAnswer) => void;
  readonly close: () => Promise<void>;
}

interface ActOnceOptions {
  readonly now: () => number;
  readonly words: ActingWords;
  /** How late a late execution is. */
  readonly lateMs: number;
}

/** A vendor's idempotency and its faults: each request is carried out as its key and the fault say. */
export const createActOnce = ({ now, words, lateMs }: ActOnceOptions): ActOnce => {
  const keys = new KeyStore(now);
  const stopping = new AbortController();
  const late = new Set<Promise<void>>();

  const answer = (response: ServerResponse, { status, headers, body }: ActingAnswer): void =>
    void response.writeHead(status, { ...words.headers(), ...headers }).end(body);

  /** Faults that come before anything is looked at. */
  const early: Readonly<Partial<Record<ActingFault, ActingAnswer>>> = {
    "refuse-key": words.wrongKey,
    "rate-limited": words.rateLimited,
    maintenance: words.maintenance,
    "in-progress": words.inProgress,
    "error-without-field": words.withoutField,
  };

  /** The answer, as the fault lets it through. */
  const lose = (response: ServerResponse, fault: ActingFault | undefined, whole: ActingAnswer): void => {
    switch (fault) {
      case "execute-then-drop":
      case "forget-key":
      case "late-execution":
        return void response.destroy();
      case "execute-then-hang":
        return;
      case "execute-then-5xx":
        return answer(response, words.failed);
      case "gateway-5xx":
        return void response.writeHead(502, { "content-type": "text/html" }).end("<h1>502 Bad Gateway</h1>");
      case "truncated-body": {
        const bytes = Buffer.from(whole.body);
        response.writeHead(whole.status, { ...words.headers(), "content-length": String(bytes.length) });
        return void response.write(bytes.subarray(0, bytes.length / 2), () => response.destroy());
      }
      case "without-id":
        return answer(response, { ...whole, body: words.withoutId(whole.body) });
      default:
        return answer(response, whole);
    }
  };

  const act = async ({ response, key, digest, keyLifetimeMs, fault, execute }: ActingCall): Promise<void> => {
    if (fault === "drop-before-head") return void response.destroy();
    const first = fault && early[fault];
    if (first !== undefined) return answer(response, first);
    const known = key === null ? undefined : keys.known(key);
    if (known !== undefined) {
      if (known.digest !== digest && words.mismatch !== undefined) return answer(response, words.mismatch);
      if (known.answer === undefined) return answer(response, words.inProgress);
      return lose(response, fault, words.repeated?.(known.answer) ?? known.answer);
    }
    const record = key === null ? undefined : keys.begin(key, digest, keyLifetimeMs);
    const keep = (kept: ActingAnswer): void => {
      if (key === null || record === undefined) return;
      if (kept.status < 400 || words.keepsFailures) record.answer = kept;
      else keys.forget(key);
    };
    if (fault === "5xx-without-executing" || fault === "refuse") {
      const refusal = fault === "refuse" ? words.refused : words.failed;
      keep(refusal);
      return answer(response, refusal);
    }
    if (fault === "late-execution") {
      const later = sleep(lateMs, undefined, { signal: stopping.signal })
        .then(execute)
        .then(keep)
        .catch(() => undefined)
        .finally(() => late.delete(later));
      late.add(later);
      return void response.destroy();
    }
    const done = await execute();
    // A vendor that keeps failures keeps this one in place of what it did.
    keep(fault === "execute-then-5xx" && words.keepsFailures ? words.failed : done);
    if (fault === "forget-key" && key !== null) keys.forget(key);
    return lose(response, fault, done);
  };

  return {
    keys,
    act,
    answer,
    close: async () => {
      stopping.abort();
      await Promise.all(late);
    },
  };
};

/** The fault that a request names for itself, once for each key: so it reaches a sandbox through any gateway. */
export const createNamedFaults = (isFault: (name: string) => name is ActingFault) => {
  const made = new Set<string>();
  return {
    of: (named: string | undefined, key: string | null): ActingFault | undefined => {
      if (named === undefined || key === null || made.has(key) || !isFault(named)) return undefined;
      made.add(key);
      return named;
    },
    clear: () => made.clear(),
  };
};
