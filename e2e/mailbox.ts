import { setTimeout as pause } from "node:timers/promises";
import { readFirstRun } from "./first-run.ts";

const patienceMs = 20_000;

const fieldOf = (value: unknown, name: string): unknown =>
  typeof value === "object" && value !== null ? Reflect.get(value, name) : undefined;

const isTo = (message: unknown, address: string): boolean => {
  const to = fieldOf(message, "to");
  return Array.isArray(to) && to.includes(address);
};

/** The newest link that begins so in a mail to an address, as soon as one is there that was not seen before. */
export const linkStartingWith = async (address: string, start: string, notThis?: string): Promise<string> => {
  const { mailboxUrl } = readFirstRun();
  const deadline = Date.now() + patienceMs;
  while (Date.now() < deadline) {
    const answer: unknown = await fetch(`${mailboxUrl}/messages`).then((response) => response.json());
    const messages = fieldOf(answer, "messages");
    for (const message of Array.isArray(messages) ? messages : []) {
      const text = fieldOf(message, "text");
      if (!isTo(message, address) || typeof text !== "string") continue;
      const link = text.split(/\s+/).find((word) => word.startsWith(start));
      if (link !== undefined && link !== notThis) return link;
    }
    await pause(250);
  }
  throw new Error(`no mail to ${address} leads to ${start}`);
};

/** The link to a page of Auth in the newest mail to an address, as soon as one is there that was not seen before. */
export const linkInMail = (address: string, page: string, notThis?: string): Promise<string> =>
  linkStartingWith(address, `${readFirstRun().authUrl}${page}#`, notThis);
