import type { Metadata } from "next";
import { KeptAnswers } from "./kept-answers.tsx";

export const metadata: Metadata = { title: "Answers" };

const AnswersPage = () => <KeptAnswers />;

export default AnswersPage;
