"use client";

import { outranks } from "@topolo/auth-client";
import { useNexus } from "@topolo/nexus-client/react-query";
import { useState } from "react";
import type { ListedTemplate, MailTemplate } from "../../../_data/answers.ts";
import { useChangeAtNexus } from "../../../_data/use-change-at-nexus.ts";
import { useAnswer } from "../../../_data/use-answer.ts";
import { useSubmit } from "../../../_forms/use-submit.ts";
import { RefusalNotice } from "../../../_forms/refusal-notice.tsx";
import { useSession } from "../../../_session/session-provider.tsx";
import { Button } from "../../../_ui/button.tsx";
import { Card } from "../../../_ui/card.tsx";
import { FailureNotice } from "../../../_ui/failure-notice.tsx";
import { SkeletonRows } from "../../../_ui/skeleton.tsx";
import { TimeAgo } from "../../../_ui/time.tsx";
import { PageTitle } from "../../page-title.tsx";
import { ConfirmRemoval } from "../../security/user/_parts/confirm-removal.tsx";
import { PagesOfMail } from "../pages-of-mail.tsx";
import { whenOpened } from "../../../_ui/when-opened.tsx";

const TemplateEditor = whenOpened(() => import("./template-editor.tsx").then((module) => module.TemplateEditor));

const everyMs = 60_000;

interface RowProps {
  readonly template: ListedTemplate;
  readonly mayManage: boolean;
  readonly onEdit: (template: MailTemplate) => void;
  readonly onRemoved: () => void;
}

const Row = ({ template, mayManage, onEdit, onRemoved }: RowProps) => {
  const { name, version, subject, variables, createdAt } = template;
  const change = useChangeAtNexus();
  const { busy, refusal, run } = useSubmit();
  const [asking, setAsking] = useState(false);
  const edit = (): void => run(async () => onEdit(await change((nexus) => nexus.email.templates.get.query({ name }))));
  return (
    <li className="flex flex-wrap items-center gap-x-4 gap-y-2 border-t border-line px-5 py-3">
      <div className="min-w-0 grow basis-64">
        <p className="font-mono text-sm font-medium wrap-anywhere">
          <bdi>{name}</bdi>
        </p>
        <p className="wrap-anywhere">
          <bdi>{subject}</bdi>
        </p>
        <p className="text-sm wrap-anywhere text-muted">
          version {version}, <TimeAgo at={createdAt} />
          {variables.length > 0 && `; variables ${variables.join(", ")}`}
        </p>
        <RefusalNotice refusal={refusal} />
      </div>
      {mayManage && (
        <>
          <Button disabled={busy} aria-label={`Edit ${name}`} onClick={edit}>
            {busy ? "One moment…" : "Edit"}
          </Button>
          <Button look="quiet" aria-label={`Remove ${name}`} onClick={() => setAsking(true)}>
            Remove
          </Button>
        </>
      )}
      {asking && (
        <ConfirmRemoval
          title={`Remove ${name}?`}
          description="Apps that send by this name are refused from now on. Mail that waits has its words already."
          action="Remove it"
          onClose={() => setAsking(false)}
          remove={async () => {
            await change((nexus) => nexus.email.templates.remove.mutate({ name }));
            onRemoved();
          }}
        />
      )}
    </li>
  );
};

const List = () => {
  const { session } = useSession();
  const mayManage = session?.role !== undefined && outranks(session.role, "member");
  const [edited, setEdited] = useState<MailTemplate | "new">();
  const { data, failure, retry } = useAnswer(
    useNexus().email.templates.list.queryOptions({}, { refetchInterval: everyMs }),
  );
  const close = (): void => setEdited(undefined);
  if (edited !== undefined)
    return (
      <TemplateEditor
        template={edited === "new" ? undefined : edited}
        onClose={close}
        onStored={() => {
          close();
          retry();
        }}
      />
    );
  return (
    <Card
      title="Stored templates"
      flush
      aside={
        mayManage ? (
          <Button look="primary" onClick={() => setEdited("new")}>
            Write a template
          </Button>
        ) : undefined
      }
    >
      {failure && <FailureNotice title="The templates could not be loaded" failure={failure} onRetry={retry} />}
      {data && data.templates.length === 0 && (
        <p className="border-t border-line px-5 py-10 text-center text-pretty text-muted">
          None. With a template, people change what mails say without a release of the app that sends them.
        </p>
      )}
      {data && (
        <ul aria-label="Stored templates">
          {data.templates.map((template) => (
            <Row key={template.name} template={template} mayManage={mayManage} onEdit={setEdited} onRemoved={retry} />
          ))}
        </ul>
      )}
      {!data && !failure && <SkeletonRows rows={4} label="Loading the templates" />}
    </Card>
  );
};

/** What mails say, stored by name. */
export const Templates = () => (
  <>
    <PageTitle title="E-mail" />
    <PagesOfMail />
    <List />
  </>
);
