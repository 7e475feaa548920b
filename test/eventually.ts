import { vi } from "vitest";

/**
 * Waits until a check holds, i.e. no longer throws or rejects, and gives what it returned; the last error where it never does.
 * Patient by default (15 s, asked every 20 ms): a busy machine is no defect, and a check that holds costs no wait.
 */
export const eventually = <T>(
  check: () => T | Promise<T>,
  { timeout = 15_000, interval = 20 }: { readonly timeout?: number; readonly interval?: number } = {},
): Promise<T> => vi.waitFor(check, { timeout, interval });
