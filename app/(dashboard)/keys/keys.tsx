"use client";

import { outranks } from "@topolo/auth-client";
import Link from "next/link";
import { useState } from "react";
import { useSession } from "../../_session/session-provider.tsx";
import { Button } from "../../_ui/button.tsx";
import { Card } from "../../_ui/card.tsx";
import { whenOpened } from "../../_ui/when-opened.tsx";
import { PageTitle } from "../page-title.tsx";
import { PagedList, usePagedAnswer } from "../paged-list.tsx";
import { readKeys, type IssuedKey } from "./api-keys.ts";
import { KeyRow } from "./key-row.tsx";
import { KindsOfKeys } from "./kinds-of-keys.tsx";
import { useSpentByKey } from "./spent-this-month.tsx";

const MakeKeyDialog = whenOpened(() => import("./make-key-dialog.tsx").then((module) => module.MakeKeyDialog));
const MadeKey = whenOpened(() => import("./made-key.tsx").then((module) => module.MadeKey));

const allKeys = {};

const ApiKeys = ({ seesAll, viewer }: { readonly seesAll: boolean; readonly viewer: string }) => {
  const answer = usePagedAnswer("/api/api-keys", allKeys, readKeys);
  const spent = useSpentByKey();
  const [making, setMaking] = useState(false);
  const [made, setMade] = useState<IssuedKey>();
  const onMade = (issued: IssuedKey): void => {
    setMaking(false);
    setMade(issued);
    answer.reload();
  };
  const listed = answer.data?.items ?? [];
  return (
    <Card
      title={seesAll ? "API keys of the organization" : "Your API keys"}
      aside={
        <Button look="primary" onClick={() => setMaking(true)}>
          Make a key
        </Button>
      }
    >
      <p className="mb-2 text-sm text-pretty text-muted">
        A program calls with a key of its own.{" "}
        <Link href="/connect" className="font-medium text-accent hover:underline">
          How to connect
        </Link>
      </p>
      <PagedList
        answer={answer}
        label="API keys"
        empty="There is no key yet. Make one for each program that calls an API."
      >
        {(apiKey) => (
          <KeyRow
            key={apiKey.id}
            apiKey={apiKey}
            replacedBy={listed.find(({ replacesId }) => replacesId === apiKey.id)}
            isOwn={apiKey.ofOrganization ? seesAll : apiKey.ownerId === viewer}
            spent={spent}
            onMade={onMade}
            onRevoked={answer.reload}
          />
        )}
      </PagedList>
      {making && <MakeKeyDialog forOrganization={seesAll} onClose={() => setMaking(false)} onMade={onMade} />}
      {made !== undefined && <MadeKey made={made} onClose={() => setMade(undefined)} />}
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
        <p className="text-muted">
          <bdi>{organization?.name}</bdi>
        </p>
      </PageTitle>
      <KindsOfKeys />
      {organization && (
        <ApiKeys key={organization.id} seesAll={outranks(session.role, "member")} viewer={session.user.id} />
      )}
    </>
  );
};
