import { z } from "zod";

/** The app's own id of its customer. */
export const AppCustomerId = z
  .string()
  .regex(/^[A-Za-z0-9][A-Za-z0-9_.:@+|-]{0,127}$/, {
    error: "1 to 128 letters, digits and _ - . : @ + |, a letter or digit first",
  })
  .describe("The app's own id of its customer");

/** A calendar month, in UTC. */
export const Month = z
  .string()
  .regex(/^20[0-9]{2}-(0[1-9]|1[0-2])$/, { error: "a month, for example 2026-11" })
  .describe("A calendar month in UTC, for example 2026-11");
