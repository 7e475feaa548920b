"use client";

import { useNexus } from "@topolo/nexus-client/react-query";
import Link from "next/link";
import { useState } from "react";
import type { ListedFile } from "../../_data/answers.ts";
import { useAnswer } from "../../_data/use-answer.ts";
import { useChangeAtNexus } from "../../_data/use-change-at-nexus.ts";
import { Badge } from "../../_ui/badge.tsx";
import { Button } from "../../_ui/button.tsx";
import { Card } from "../../_ui/card.tsx";
import { CopyButton } from "../../_ui/copy-button.tsx";
import { FailureNotice } from "../../_ui/failure-notice.tsx";
import { SkeletonRows } from "../../_ui/skeleton.tsx";
import { FullTime, TimeAgo } from "../../_ui/time.tsx";
import { whenOpened } from "../../_ui/when-opened.tsx";
import { LookOnlyNotice } from "../look-only-notice.tsx";
import { PageTitle } from "../page-title.tsx";
import { Pager } from "../pager.tsx";
import { useChoice } from "../use-choice.ts";
import { useMayInvoke } from "../use-may-invoke.ts";
import { formatBytes } from "./format-bytes.ts";
import { formatSeconds } from "./format-seconds.ts";
import { ForWhom } from "../for-whom.tsx";

const ConfirmRemoval = whenOpened(() =>
  import("../security/user/_parts/confirm-removal.tsx").then((module) => module.ConfirmRemoval),
);

const UploadDialog = whenOpened(() => import("./upload-dialog.tsx").then((module) => module.UploadDialog));

const everyMs = 30_000;
const nothingChosen = {};

interface RowProps {
  readonly file: ListedFile;
  readonly mayInvoke: boolean;
  readonly onDeleted: () => void;
}

const Row = ({ file, mayInvoke, onDeleted }: RowProps) => {
  const { id, filename, bytes, mediaType, provider, purpose, appId, userId, createdAt, expiresAt } = file;
  const { available, state, seconds } = file;
  const change = useChangeAtNexus();
  const [asking, setAsking] = useState(false);
  return (
    <li className="flex flex-wrap items-center gap-x-4 gap-y-2 border-t border-line px-5 py-3">
      <div className="min-w-0 grow basis-64">
        <p className="flex flex-wrap items-center gap-x-2 font-medium">
          <bdi className="wrap-anywhere">{filename}</bdi>
          {!available && (
            <Badge tone="warn" title="The key that it was uploaded with was deleted or disabled; no other reaches it">
              key gone
            </Badge>
          )}
          {state === "processing" && (
            <Badge title={`${provider} looks into it first; calls that refer to it wait for that`}>
              being looked into
            </Badge>
          )}
          {state === "failed" && (
            <Badge tone="bad" title={`${provider} could not read it: delete it, and upload one that can be played`}>
              cannot be read
            </Badge>
          )}
        </p>
        <p className="text-sm wrap-anywhere text-muted">
          {formatBytes(bytes)} of {mediaType}
          {seconds !== null && `, ${formatSeconds(seconds)}`}, kept by {provider} for {purpose}
        </p>
        <p className="text-sm wrap-anywhere text-muted">
          Uploaded <TimeAgo at={createdAt} />
          <ForWhom userId={userId} appId={appId} />
          {expiresAt !== null && (
            <>
              , until <FullTime at={expiresAt} />
            </>
          )}
        </p>
      </div>
      <div className="flex items-center gap-1">
        <CopyButton text={id} label={`Copy the id of ${filename}`} />
        {mayInvoke && (
          <Button
            look="quiet"
            aria-label={`${available ? "Delete" : "Remove"} ${filename}`}
            onClick={() => setAsking(true)}
          >
            {available ? "Delete" : "Remove"}
          </Button>
        )}
      </div>
      {asking && (
        <ConfirmRemoval
          title={`${available ? "Delete" : "Remove"} ${filename}?`}
          description={
            available
              ? `It is deleted at ${provider}, too. Calls that refer to it are refused from then on.`
              : `The key that it was uploaded with is gone, so that ${provider} cannot be asked to delete it: it is removed from this list, and stays there until ${provider} or the owner of that account deletes it.`
          }
          action={available ? "Delete it" : "Remove it"}
          onClose={() => setAsking(false)}
          remove={async () => {
            await change((nexus) =>
              nexus.ai.files.delete.mutate({ fileId: id, unreachable: available ? "refuse" : "forget" }),
            );
            onDeleted();
          }}
        />
      )}
    </li>
  );
};

/** The files that vendors keep for the organization. */
export const StoredFiles = () => {
  const { before, older, newest } = useChoice(nothingChosen);
  const mayInvoke = useMayInvoke();
  const { data, failure, retry } = useAnswer(
    useNexus().ai.files.list.queryOptions(before === undefined ? {} : { before }, { refetchInterval: everyMs }),
  );
  const last = data?.files.at(-1)?.id;
  const [uploading, setUploading] = useState(false);
  return (
    <>
      <PageTitle title="Files">
        {mayInvoke && <Button onClick={() => setUploading(true)}>Upload a file</Button>}
      </PageTitle>
      {!mayInvoke && <LookOnlyNotice />}
      {uploading && <UploadDialog onClose={() => setUploading(false)} />}
      <Card title="Files that vendors keep" flush>
        {failure && <FailureNotice title="The files could not be loaded" failure={failure} onRetry={retry} />}
        {data && data.files.length === 0 && (
          <p className="border-t border-line px-5 py-10 text-center text-muted">
            {before === undefined ? "None yet. " : "No older ones. "}
            Programs upload a file once, and refer to it in their calls:{" "}
            <Link className="text-accent underline" href="/docs/guides/ai#files">
              how
            </Link>
            .
          </p>
        )}
        {data && (
          <ul aria-label="Files">
            {data.files.map((file) => (
              <Row key={file.id} file={file} mayInvoke={mayInvoke} onDeleted={retry} />
            ))}
          </ul>
        )}
        {!data && !failure && <SkeletonRows rows={4} label="Loading the files" />}
        {(data ?? failure) && (
          <Pager before={before} next={data?.more ? last : undefined} onOlder={older} onNewest={newest} />
        )}
      </Card>
    </>
  );
};
