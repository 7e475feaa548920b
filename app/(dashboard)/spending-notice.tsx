import { TriangleAlert } from "lucide-react";

interface SpendingNoticeProps {
  readonly reason: "moved" | "restored";
}

/** Whatever the budgets say: nobody's calls are admitted until an operator has looked. */
export const SpendingNotice = ({ reason }: SpendingNoticeProps) => (
  <div role="alert" className="flex flex-wrap items-center gap-x-4 gap-y-3 rounded-xl bg-warn-soft px-5 py-4 text-warn">
    <TriangleAlert className="size-5 shrink-0" />
    <p className="min-w-0 grow basis-60">
      <span className="font-medium">Calls that cost money are stopped.</span>{" "}
      {reason === "moved"
        ? "The database was restored or moved; an operator has to run nexus restore."
        : "The database was restored from a backup; an operator has to confirm what was spent since."}
    </p>
  </div>
);
