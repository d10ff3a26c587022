// What the panel itself says. Each sentence is an export of its own, so that the build drops its name.
import type { Sentence } from "./language";

export const title: Sentence = ["Billing assistant", "請求アシスタント", "결제 도우미"];
export const open: Sentence = ["Open the billing assistant", "請求アシスタントを開く", "결제 도우미 열기"];
export const close: Sentence = ["Close", "閉じる", "닫기"];
export const anew: Sentence = ["New conversation", "新しい会話", "새 대화"];
export const unread: Sentence = ["{n} new", "新着{n}件", "새 메시지 {n}개"];
export const log: Sentence = ["Conversation", "会話", "대화"];
export const write: Sentence = ["Your message", "メッセージ", "메시지"];
export const placeholder: Sentence = ["Write a message", "メッセージを入力", "메시지를 입력하세요"];
export const send: Sentence = ["Send", "送信", "보내기"];
export const typing: Sentence = ["The assistant is writing…", "アシスタントが入力しています…", "도우미가 답을 쓰고 있습니다…"];
export const person: Sentence = ["A person is answering.", "担当者が対応しています。", "담당자가 답변하고 있어요."];
export const you: Sentence = ["You", "あなた", "나"];
export const assistant: Sentence = ["Assistant", "アシスタント", "도우미"];
export const leaves: Sentence = ["opens another site in a new tab", "別のサイトが新しいタブで開きます", "다른 사이트가 새 탭에서 열립니다"];
export const replies: Sentence = ["Quick replies", "返信の候補", "빠른 답장"];
export const waiting: Sentence = ["Waiting to be sent", "送信待ち", "보내기 대기 중"];
export const notSent: Sentence = ["Message not sent.", "メッセージは送信されていません。", "메시지가 전송되지 않았습니다."];
export const again: Sentence = ["Send again", "もう一度送信", "다시 보내기"];
export const discard: Sentence = ["Discard", "破棄", "삭제"];
export const reload: Sentence = ["Try again", "再試行", "다시 시도"];
export const welcome: Sentence = ["How can I help?", "ご用件をお聞かせください", "무엇을 도와드릴까요?"];
export const welcomeCustomer: Sentence = [
  "Ask about your plan, balance, usage, invoices or a top-up.",
  "プラン、残高、利用状況、請求書、チャージについてご質問ください。",
  "요금제, 잔액, 사용량, 청구서, 충전에 대해 물어보세요.",
];
export const helpful: Sentence = ["Was this helpful?", "お役に立ちましたか？", "도움이 되었나요?"];
export const yes: Sentence = ["Yes", "はい", "네"];
export const no: Sentence = ["No", "いいえ", "아니요"];
export const thanks: Sentence = ["Thank you.", "ありがとうございます。", "감사합니다."];
export const offline: Sentence = [
  "You are offline. What you write is sent once you are back.",
  "オフラインです。入力した内容は、接続が戻ると送信されます。",
  "오프라인입니다. 쓰신 내용은 다시 연결되면 전송됩니다.",
];
export const welcomeVisitor: Sentence = [
  "Ask about plans, payment and support, or get in touch with sales. Your own figures need signing in.",
  "プラン、お支払い、サポートのご質問や、営業へのお問い合わせができます。ご自身の数値を見るにはサインインが必要です。",
  "요금제, 결제, 지원에 대해 묻거나 영업팀에 문의할 수 있습니다. 내 수치를 보려면 로그인이 필요합니다.",
];
export const hint: Sentence = ["Enter sends, Shift+Enter starts a new line.", "Enterで送信、Shift+Enterで改行", "Enter로 보내기, Shift+Enter로 줄 바꿈"];
