// The titles of cards, by kind.
import type { Sentence } from "./language";

export const titles = {
  balance: ["Balance", "残高", "잔액"],
  usage: ["Usage", "利用状況", "사용량"],
  services: ["Usage by service", "サービス別の利用状況", "서비스별 사용량"],
  plan: ["Plan", "プラン", "요금제"],
  plans: ["Plans compared", "プランの比較", "요금제 비교"],
  credit_history: ["Credit history", "クレジット履歴", "크레딧 내역"],
  invoices: ["Invoices", "請求書", "청구서"],
  forecast: ["Forecast", "予測", "예측"],
  what_if: ["What if", "もしもの試算", "만약의 경우"],
  explanation: ["How it is made up", "内訳", "구성 내역"],
  confirmation: ["To be confirmed", "確認する内容", "확인할 내용"],
  receipt: ["Receipt", "受領書", "영수증"],
  requests: ["Requests", "お問い合わせ", "요청"],
} satisfies Record<string, Sentence>;
