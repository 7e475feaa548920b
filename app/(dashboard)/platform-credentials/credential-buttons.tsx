"use client";

import { useState } from "react";
import type { KeyVendor, ManagedCredential } from "../../_data/answers.ts";
import { useChangeAtNexus } from "../../_data/use-change-at-nexus.ts";
import { RefusalNotice } from "../../_forms/refusal-notice.tsx";
import { useSubmit } from "../../_forms/use-submit.ts";
import { Button } from "../../_ui/button.tsx";
import { showToast } from "../../_ui/toast.ts";
import { whenOpened } from "../../_ui/when-opened.tsx";
import { ConfirmRemoval } from "../security/user/_parts/confirm-removal.tsx";
import { credentialActions, type CredentialOwner } from "./credential-owner.ts";

const CredentialDialog = whenOpened(() => import("./credential-dialog.tsx").then((module) => module.CredentialDialog));

interface CredentialButtonsProps {
  readonly owner: CredentialOwner;
  readonly credential: ManagedCredential;
  readonly vendor: KeyVendor | undefined;
  readonly name: string;
}

/** What can be done with a stored credential. */
export const CredentialButtons = ({ owner, credential, vendor, name }: CredentialButtonsProps) => {
  const { status, baseUrl } = credential;
  const change = useChangeAtNexus();
  const { busy, refusal, run } = useSubmit();
  const [open, setOpen] = useState<"replace" | "disable" | "delete">();
  const actions = credentialActions(owner);
  const close = (): void => setOpen(undefined);
  const setStatus = (next: "active" | "disabled") =>
    change((nexus) => actions.setStatus(nexus, credential.vendor, next));
  return (
    <>
      <div className="mt-3 -ml-3.5 flex flex-wrap gap-1">
        {vendor && (
          <Button
            look="quiet"
            disabled={busy}
            aria-label={`Test this key for ${name}`}
            title={vendor.test === null ? `${name} can be asked nothing that is free` : `Asks ${name}: ${vendor.test}`}
            onClick={() =>
              run(async () => {
                const { lastTest } = await change((nexus) => actions.test(nexus, credential.vendor));
                if (lastTest) showToast({ title: lastTest.message });
              })
            }
          >
            Test this key
          </Button>
        )}
        {vendor && (
          <Button
            look="quiet"
            disabled={busy}
            aria-label={`Replace the key for ${name}`}
            onClick={() => setOpen("replace")}
          >
            Replace
          </Button>
        )}
        {status === "active" ? (
          <Button
            look="quiet"
            disabled={busy}
            aria-label={`Disable the key for ${name}`}
            onClick={() => setOpen("disable")}
          >
            Disable
          </Button>
        ) : (
          <Button
            look="quiet"
            disabled={busy}
            aria-label={`Enable the key for ${name}`}
            onClick={() => run(async () => void (await setStatus("active")))}
          >
            Enable
          </Button>
        )}
        {owner !== "platform" && (
          <Button
            look="quiet"
            disabled={busy}
            aria-label={`Delete the key for ${name}`}
            onClick={() => setOpen("delete")}
          >
            Delete
          </Button>
        )}
      </div>
      <RefusalNotice refusal={refusal} />
      {open === "replace" && vendor && (
        <CredentialDialog
          owner={owner}
          vendors={[vendor]}
          replaces={baseUrl}
          onClose={close}
          onSaved={() => {
            close();
            showToast({ title: `Calls to ${name} use the new secret`, description: "End the old one at the vendor." });
          }}
        />
      )}
      {open === "disable" && (
        <ConfirmRemoval
          title={`Disable the key for ${name}?`}
          description={
            owner === "platform"
              ? `Organizations without a key or an override of their own cannot call ${name} until it is enabled again. Calls that run end as they began.`
              : "The platform's default pays from then on. Calls that run end as they began."
          }
          action="Disable"
          onClose={close}
          remove={async () => void (await setStatus("disabled"))}
        />
      )}
      {open === "delete" && owner !== "platform" && (
        <ConfirmRemoval
          title={`Delete the override for ${name}?`}
          description="Its secret is gone, and the platform's default pays from then on."
          action="Delete"
          onClose={close}
          remove={async () =>
            void (await change((nexus) =>
              nexus.credentials.deleteOrganizationOverride.mutate({ ...owner, vendor: credential.vendor }),
            ))
          }
        />
      )}
    </>
  );
};
