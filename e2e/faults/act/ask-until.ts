import { setTimeout as sleep } from "node:timers/promises";

interface Patient {
  /** A gateway that is there just now. */
  readonly gateway: () => string | undefined;
  readonly patienceMs: number;
}

/** Asks until it knows enough, as a careful client does: more slowly each time; all that it heard. */
export const askUntil = async <R>(
  { gateway, patienceMs }: Patient,
  ask: (url: string, tried: number) => Promise<R>,
  isEnough: (heard: R) => boolean,
): Promise<R[]> => {
  const replies: R[] = [];
  const until = Date.now() + patienceMs;
  for (let tried = 0; Date.now() < until; tried += 1) {
    const url = gateway();
    if (url === undefined) {
      await sleep(100);
      continue;
    }
    const heard = await ask(url, tried);
    replies.push(heard);
    if (isEnough(heard)) break;
    await sleep(Math.min(100 * 2 ** tried, 2_000));
  }
  return replies;
};
