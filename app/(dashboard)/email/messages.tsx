"use client";

import { lazy, Suspense } from "react";
import { keepPreviousData } from "@tanstack/react-query";
import { useNexus } from "@topolo/nexus-client/react-query";
import { useMinute } from "../../_data/use-minute.ts";
import { useAnswer } from "../../_data/use-answer.ts";
import { Button } from "../../_ui/button.tsx";
import { Card } from "../../_ui/card.tsx";
import { SelectField } from "../../_ui/field.tsx";
import { FailureNotice } from "../../_ui/failure-notice.tsx";
import { SkeletonRows } from "../../_ui/skeleton.tsx";
import { AppField } from "../app-field.tsx";
import { PageTitle } from "../page-title.tsx";
import { Pager } from "../pager.tsx";
import { RangeField } from "../range-field.tsx";
import { TextFilter } from "../text-filter.tsx";
import { useChoice } from "../use-choice.ts";
import { useOpenDetails } from "../use-open-details.ts";
import { mailStateChoices } from "./mail-badges.tsx";
import { categoryChoices, messageFilters, messageFilterOf, type MessageChoice } from "./message-filter.ts";
import { PagesOfMail } from "./pages-of-mail.tsx";
import { whenOpened } from "../../_ui/when-opened.tsx";

const MessagesTable = lazy(() => import("./messages-table.tsx").then((module) => ({ default: module.MessagesTable })));

const MessageDrawer = whenOpened(() => import("./message-drawer.tsx").then((module) => module.MessageDrawer));

const pageSize = 50;
const liveEveryMs = 5_000;
const pastEveryMs = 60_000;

interface FiltersProps {
  readonly choice: MessageChoice;
  readonly onChoose: (choice: MessageChoice) => void;
}

const Filters = ({ choice, onChoose }: FiltersProps) => {
  const set = (name: keyof MessageChoice) => (value: string) => onChoose({ ...choice, [name]: value });
  return (
    <search aria-label="Mails" className="grid grid-cols-2 items-end gap-3 md:grid-cols-3 xl:grid-cols-6">
      <RangeField value={choice.range} onChange={set("range")} />
      <SelectField label="State" value={choice.state ?? ""} onChange={({ target }) => set("state")(target.value)}>
        <option value="">Every state</option>
        {mailStateChoices.map(({ value, label }) => (
          <option key={value} value={value}>
            {label}
          </option>
        ))}
      </SelectField>
      <SelectField label="Kind" value={choice.category ?? ""} onChange={({ target }) => set("category")(target.value)}>
        <option value="">Every kind</option>
        {categoryChoices.map(({ value, label }) => (
          <option key={value} value={value}>
            {label}
          </option>
        ))}
      </SelectField>
      <TextFilter
        label="Recipient"
        placeholder="ann@example.org"
        value={choice.recipient ?? ""}
        onChange={set("recipient")}
      />
      <AppField
        chosen={choice.appId}
        none="Every app"
        value={choice.appId ?? ""}
        onChange={({ target }) => set("appId")(target.value)}
      />
      <Button onClick={() => onChoose({})} disabled={Object.keys(choice).length === 0} className="min-h-10">
        Clear
      </Button>
    </search>
  );
};

const emptyOf = (choice: MessageChoice, next: string | undefined): string => {
  if (next !== undefined) return "No mails match on this page; older ones may.";
  return Object.keys(choice).length === 0
    ? "No mail was sent yet. Apps send it with email.send, or POST /api/email/send."
    : "No mails match.";
};

/** Every mail of the organization, filtered and in pages, with how far it has got. */
export const Messages = () => {
  const { id, open, close } = useOpenDetails("mail");
  const { choice, choose, before, older, newest } = useChoice(messageFilters);
  const nexus = useNexus();
  const { data, failure, retry } = useAnswer(
    nexus.email.list.queryOptions(
      { ...messageFilterOf(choice, useMinute()), limit: pageSize, ...(before === undefined ? {} : { before }) },
      { refetchInterval: before === undefined ? liveEveryMs : pastEveryMs, placeholderData: keepPreviousData },
    ),
  );
  const next = data?.next ?? undefined;

  return (
    <>
      <PageTitle title="E-mail" />
      <PagesOfMail />
      <Filters choice={choice} onChoose={choose} />
      <Card title={before === undefined ? "Newest" : "Older"} flush className="mt-6">
        {failure && <FailureNotice title="The mails could not be loaded" failure={failure} onRetry={retry} />}
        <Suspense fallback={<SkeletonRows rows={10} label="Loading messages" />}>
          {data ? (
            <MessagesTable mails={data.emails} onOpen={open} empty={emptyOf(choice, next)} />
          ) : (
            !failure && <SkeletonRows rows={10} label="Loading mails" />
          )}
          {(data ?? failure) && <Pager before={before} next={next} onOlder={older} onNewest={newest} />}
        </Suspense>
      </Card>
      <MessageDrawer emailId={id} onClose={close} />
    </>
  );
};
