"use client";

import { useState } from "react";
import { useChangeAtNexus } from "../../../_data/use-change-at-nexus.ts";
import { useSubmit } from "../../../_forms/use-submit.ts";
import { RefusalNotice } from "../../../_forms/refusal-notice.tsx";
import { Button } from "../../../_ui/button.tsx";
import { CopiedValue } from "../../members/sign-in/copied-value.tsx";

interface PortalLinkProps {
  readonly provider: string;
  readonly customerId: string;
}

/** Makes a link to the vendor's page on which a customer looks after cards and subscriptions. */
export const PortalLink = ({ provider, customerId }: PortalLinkProps) => {
  const change = useChangeAtNexus();
  const { busy, refusal, run } = useSubmit();
  const [url, setUrl] = useState<string>();
  const make = (): void =>
    run(async () => {
      const made = await change((nexus) =>
        nexus.payments.portal.create.mutate({
          provider,
          customer: customerId,
          returnUrl: new URL("/payments/subscriptions", location.origin).href,
        }),
      );
      if (made.effect === "done") setUrl(made.url);
    });
  return (
    <div className="space-y-3">
      <RefusalNotice refusal={refusal} />
      {url === undefined ? (
        <Button disabled={busy} onClick={make}>
          {busy ? "One moment…" : "Make a link to the customer's page"}
        </Button>
      ) : (
        <>
          <CopiedValue label="The customer's page, for one visit within minutes" value={url} />
          <p className="text-sm text-muted">
            Whoever has the link can change the customer&apos;s cards and subscriptions: send it to nobody else.
          </p>
        </>
      )}
    </div>
  );
};
