// What panel and cards both say.
import type { Sentence } from "./language";

export const loading: Sentence = ["Loading…", "読み込み中…", "불러오는 중…"];
export const failed: Sentence = ["That did not work. Please try again.", "うまくいきませんでした。もう一度お試しください。", "처리하지 못했습니다. 다시 시도해 주세요."];
