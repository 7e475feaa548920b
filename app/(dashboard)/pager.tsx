import { ChevronLeft, ChevronRight } from "lucide-react";
import { Button } from "../_ui/button.tsx";

interface PagerProps {
  /** Undefined on the newest page. */
  readonly before: string | undefined;
  /** Where the next page begins; undefined: this is the last. */
  readonly next: string | undefined;
  readonly onOlder: (from: string) => void;
  readonly onNewest: () => void;
}

/** From page to page of a list, newest first. */
export const Pager = ({ before, next, onOlder, onNewest }: PagerProps) => (
  <nav aria-label="Pages" className="flex justify-between gap-3 border-t border-line px-5 py-3">
    <Button onClick={onNewest} disabled={before === undefined}>
      <ChevronLeft className="size-4" />
      Newest
    </Button>
    <Button onClick={() => next !== undefined && onOlder(next)} disabled={next === undefined}>
      Older
      <ChevronRight className="size-4" />
    </Button>
  </nav>
);
