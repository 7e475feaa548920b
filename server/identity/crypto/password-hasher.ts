import { hash, verify, type Options } from "@node-rs/argon2";
import { AuthError } from "../auth-error.ts";

/** argon2id, a few at a time, so that sign-ins cannot starve everything else. */
export interface PasswordHasher {
  readonly hash: (password: string) => Promise<string>;
  /** Without a stored hash it works as long, and says no. */
  readonly verify: (stored: string | undefined, password: string) => Promise<boolean>;
}

/** What one guess costs whoever has a hash. */
export interface PasswordCost {
  readonly memoryKiB: number;
  readonly passes: number;
}

interface CreatePasswordHasher {
  readonly cost?: PasswordCost | undefined;
  readonly concurrency?: number;
  /** Further callers beyond this many waiting are refused at once. */
  readonly maxWaiting?: number;
}

/** The least that OWASP names for argon2id. */
export const defaultPasswordCost: PasswordCost = { memoryKiB: 19_456, passes: 2 };

// argon2id is the algorithm the package takes by default.
const optionsOf = ({ memoryKiB, passes }: PasswordCost): Options => ({
  memoryCost: memoryKiB,
  timeCost: passes,
  parallelism: 1,
});

export const createPasswordHasher = async ({
  cost = defaultPasswordCost,
  concurrency = 2,
  maxWaiting = 64,
}: CreatePasswordHasher = {}): Promise<PasswordHasher> => {
  const options = optionsOf(cost);
  const dummy = await hash("a password that nobody has", options);
  const waiting: (() => void)[] = [];
  let running = 0;

  const inTurn = async <T>(work: () => Promise<T>): Promise<T> => {
    if (running >= concurrency) {
      if (waiting.length >= maxWaiting) throw new AuthError("overloaded", { retryAfterMs: 1_000 });
      await new Promise<void>((resolve) => waiting.push(resolve));
    } else {
      running += 1;
    }
    try {
      return await work();
    } finally {
      const next = waiting.shift();
      if (next) next();
      else running -= 1;
    }
  };

  return {
    hash: (password) => inTurn(() => hash(password, options)),
    verify: (stored, password) =>
      inTurn(async () => {
        const matches = await verify(stored ?? dummy, password);
        return stored !== undefined && matches;
      }),
  };
};
