import type { DomainRow } from "./store.ts";

type Claim = Pick<DomainRow, "domain" | "challenge">;

/** The TXT record that shows whose a domain is. */
export const recordOf = ({ domain, challenge }: Claim): { readonly name: string; readonly value: string } => ({
  name: `_topolo.${domain}`,
  value: `topolo-domain-verification=${challenge}`,
});

export const hasRecord = (records: readonly string[], claim: Claim): boolean =>
  records.some((record) => record.trim() === recordOf(claim).value);
