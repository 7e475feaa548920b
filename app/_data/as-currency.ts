import type { NexusInputs } from "@topolo/nexus-client";

type Currency = NonNullable<NexusInputs["payments"]["order"]["create"]>["amount"]["currency"];

/** A code that a person wrote: the gateway judges whether it is a currency, here it is only passed on. */
export const asCurrency = (code: string): Currency => code as Currency;
