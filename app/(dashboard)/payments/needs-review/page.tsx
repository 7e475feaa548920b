import type { Metadata } from "next";
import { NeedsReview } from "./needs-review.tsx";

export const metadata: Metadata = { title: "Needs review" };

const NeedsReviewPage = () => <NeedsReview />;

export default NeedsReviewPage;
