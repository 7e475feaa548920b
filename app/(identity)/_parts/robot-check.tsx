import type { RobotCheckState } from "../_flow/use-robot-check.ts";
import { Notice } from "../../_forms/notice.tsx";

/** The box of the robot check; says so where the check cannot be had. */
export const RobotCheck = ({ check: { box, failed } }: { readonly check: RobotCheckState }) => (
  <div className="space-y-2">
    <div ref={box} className="min-h-[65px]" />
    <output className="block">
      {failed && (
        <Notice tone="warn">
          The check that you are no robot could not be loaded. Allow challenges.cloudflare.com, then reload the page.
        </Notice>
      )}
    </output>
  </div>
);
