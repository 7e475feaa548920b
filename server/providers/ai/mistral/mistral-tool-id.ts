import { hash } from "node:crypto";

const own = /^[a-zA-Z0-9]{9}$/;

/**
 * Mistral takes nine letters and digits for the id of a tool's call and nothing else: another vendor's id becomes one, the
 * same each time, so that a call and its result still belong together.
 */
export const mistralToolId = (id: string): string =>
  own.test(id)
    ? id
    : hash("sha256", id, "base64")
        .replaceAll(/[^a-zA-Z0-9]/g, "")
        .padEnd(9, "0")
        .slice(0, 9);
