"use client";

import { outranks } from "@topolo/auth-client";
import { useState } from "react";
import { useSession } from "../../_session/session-provider.tsx";
import { Button } from "../../_ui/button.tsx";
import { Card } from "../../_ui/card.tsx";
import { ShownSecret } from "../../_ui/shown-secret.tsx";
import { ShownOnce } from "../../_ui/shown-once.tsx";
import { PageTitle } from "../page-title.tsx";
import { PagedList, usePagedAnswer } from "../paged-list.tsx";
import { readKeys } from "./api-keys.ts";
import { KeyRow } from "./key-row.tsx";
import { KindsOfKeys } from "./kinds-of-keys.tsx";
import { whenOpened } from "../../_ui/when-opened.tsx";

const MakeKeyDialog = whenOpened(() => import("./make-key-dialog.tsx").then((module) => module.MakeKeyDialog));

const allKeys = {};

const ApiKeys = ({ seesAll }: { readonly seesAll: boolean }) => {
  const answer = usePagedAnswer("/api/api-keys", allKeys, readKeys);
  const [making, setMaking] = useState(false);
  const [made, setMade] = useState<string>();
  return (
    <Card
      title={seesAll ? "API keys of the organization" : "Your API keys"}
      aside={
        <Button look="primary" onClick={() => setMaking(true)}>
          Make a key
        </Button>
      }
    >
      <PagedList
        answer={answer}
        label="API keys"
        empty="There is no key yet. Make one for each program that calls an API."
      >
        {(apiKey) => <KeyRow key={apiKey.id} apiKey={apiKey} onRevoked={answer.reload} />}
      </PagedList>
      {making && (
        <MakeKeyDialog
          forOrganization={seesAll}
          onClose={() => setMaking(false)}
          onMade={(apiKey) => {
            setMaking(false);
            setMade(apiKey);
            answer.reload();
          }}
        />
      )}
      {made !== undefined && (
        <ShownOnce
          title="Your new API key"
          description="Copy it now: it is not shown again. Whoever has it can do what it may do."
          onClose={() => setMade(undefined)}
        >
          <ShownSecret name="API key" text={made} />
        </ShownOnce>
      )}
    </Card>
  );
};

/** The keys with which programs call APIs of the active organization. */
export const Keys = () => {
  const { session } = useSession();
  const organization = session?.organization;
  return (
    <>
      <PageTitle title="Keys">
        <p className="text-muted">{organization?.name}</p>
      </PageTitle>
      <KindsOfKeys />
      {organization && <ApiKeys key={organization.id} seesAll={outranks(session.role, "member")} />}
    </>
  );
};
