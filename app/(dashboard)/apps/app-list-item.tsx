import { ChevronRight } from "lucide-react";
import { Badge } from "../../_ui/badge.tsx";
import { TimeAgo } from "../../_ui/time.tsx";
import { standingOf, type ListedApp } from "./app-standing.ts";

interface AppListItemProps {
  readonly app: ListedApp;
  readonly now: Date;
  readonly onOpen: () => void;
}

/** One app: whether its calls are attributed, and since when there was none. */
export const AppListItem = ({ app, now, onOpen }: AppListItemProps) => {
  const { tone, word, sentence } = standingOf(app, now);
  return (
    <li className="border-t border-line">
      <button
        type="button"
        onClick={onOpen}
        className="flex min-h-14 w-full min-w-0 items-center gap-3 px-5 py-2 text-left -outline-offset-2 hover:bg-raised"
      >
        <span className="min-w-0 grow">
          <span className="flex flex-wrap items-center gap-2">
            <bdi className="font-medium wrap-anywhere">{app.name}</bdi>
            <Badge tone={tone} title={sentence}>
              {word}
            </Badge>
          </span>
          <span className="block text-sm wrap-anywhere text-muted">
            {app.id}
            {app.lastSeenAt !== null && (
              <>
                {" · last call "}
                <TimeAgo at={app.lastSeenAt} />
              </>
            )}
          </span>
        </span>
        <ChevronRight className="size-4 shrink-0 text-muted" />
      </button>
    </li>
  );
};
