"use client";

import type { ListedEmail } from "../../_data/answers.ts";
import { useNames, type Names } from "../../_data/use-names.ts";
import { classNames } from "../../_ui/class-names.ts";
import { TimeAgo } from "../../_ui/time.tsx";
import { lookOfCells, ListTable } from "../list-table.tsx";
import { MailStates } from "./mail-badges.tsx";
import { wordOfCategory } from "./message-filter.ts";

const columns = [
  { name: "Mail", shown: "" },
  { name: "To", shown: "hidden md:table-cell" },
  { name: "App", shown: "hidden xl:table-cell" },
  { name: "Vendor", shown: "hidden lg:table-cell" },
  { name: "State", shown: "max-sm:pr-5" },
  { name: "Time", shown: "hidden sm:table-cell text-right" },
] as const;

const shownOf = lookOfCells(columns);

const Recipients = ({ recipients }: Pick<ListedEmail, "recipients">) => {
  const [first, ...others] = recipients;
  return (
    <span title={recipients.map(({ address }) => address).join(", ")}>
      <bdi>{first?.address}</bdi>
      {others.length > 0 && <span className="text-muted"> and {others.length} more</span>}
    </span>
  );
};

interface RowProps {
  readonly mail: ListedEmail;
  readonly names: Names;
  readonly onOpen: (emailId: string) => void;
}

const Row = ({ mail, names, onOpen }: RowProps) => (
  <tr className="relative border-t border-line transition-colors hover:bg-raised/60 has-[button[data-row]:focus-visible]:bg-raised">
    <th scope="row" className={classNames(shownOf("Mail"), "w-full max-w-0 text-left font-normal")}>
      <button
        type="button"
        data-row
        onClick={() => onOpen(mail.emailId)}
        className="w-full rounded text-left outline-none after:absolute after:inset-0 focus-visible:after:outline-2 focus-visible:after:-outline-offset-2 focus-visible:after:outline-accent"
      >
        <span className="sr-only">Details of </span>
        <span dir="auto" className="block truncate font-medium">
          {mail.subject ?? wordOfCategory(mail.category)}
        </span>
        <span className="block truncate text-sm text-muted">
          from <bdi>{mail.from.name ?? mail.from.address}</bdi>
        </span>
      </button>
      <div className="mt-1 truncate text-sm text-muted md:hidden">
        to <Recipients recipients={mail.recipients} />
      </div>
    </th>
    <td className={classNames(shownOf("To"), "max-w-64 truncate")}>
      <Recipients recipients={mail.recipients} />
    </td>
    <td className={classNames(shownOf("App"), "max-w-40 truncate")} title={mail.appId ?? "Not attributed to an app"}>
      {mail.appId === null ? <span className="text-muted">unattributed</span> : <bdi>{names.app(mail.appId)}</bdi>}
    </td>
    <td className={shownOf("Vendor")}>{mail.provider ?? <span className="text-muted">–</span>}</td>
    <td className={shownOf("State")}>
      <MailStates recipients={mail.recipients} />
    </td>
    <td className={classNames(shownOf("Time"), "text-sm text-muted")}>
      <TimeAgo at={mail.createdAt} />
    </td>
  </tr>
);

interface MessagesTableProps {
  readonly mails: readonly ListedEmail[];
  readonly onOpen: (emailId: string) => void;
  readonly empty: string;
}

/** Mails, newest first. Narrow screens show what matters most of each; its details show everything. */
export const MessagesTable = ({ mails, onOpen, empty }: MessagesTableProps) => {
  const names = useNames();
  return (
    <ListTable caption="Mails, newest first" columns={columns} empty={empty}>
      {mails.map((mail) => (
        <Row key={mail.emailId} mail={mail} names={names} onOpen={onOpen} />
      ))}
    </ListTable>
  );
};
