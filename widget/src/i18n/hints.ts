// What cards say beside their figures.
import type { Sentence } from "./language";

export const table: Sentence = ["Show as a table", "表で表示", "표로 보기"];
export const by_day: Sentence = ["By day", "日別", "일별"];
export const by_service: Sentence = ["By service", "サービス別", "서비스별"];
export const more: Sentence = ["Show more", "さらに表示", "더 보기"];
export const signed: Sentence = ["Signed receipt (JSON)", "署名付き領収データ（JSON）", "서명된 영수증(JSON)"];
export const no_more: Sentence = ["That is all.", "以上です。", "모두 표시했습니다."];
export const never: Sentence = ["does not expire", "無期限", "만료 없음"];
export const expires: Sentence = ["expires on {day}", "{day}まで有効", "{day} 만료"];
export const entries: Sentence = ["entries: {n}", "記録{n}件", "기록 {n}건"];
export const uses: Sentence = ["uses: {n}", "利用{n}件", "사용 {n}건"];
export const lines: Sentence = ["lines: {n}", "明細{n}行", "명세 {n}줄"];
export const newest: Sentence = ["the newest {n}", "最新{n}件", "최신 {n}건"];
export const today: Sentence = ["The same question today", "同じ質問への今日の答え", "오늘 같은 질문의 답"];
export const said_again: Sentence = ["Said again from the records of then, it is the same word for word.", "当時の記録からもう一度求めても、答えは一字一句同じです。", "당시 기록으로 다시 구해도 답이 한 글자도 다르지 않습니다."];
export const said_otherwise: Sentence = ["Said again from the records of then, it reads differently.", "当時の記録からもう一度求めると、答えの文が異なります。", "당시 기록으로 다시 구하면 답의 문장이 다릅니다."];
export const all_services: Sentence = ["All services", "すべてのサービス", "모든 서비스"];
export const of: Sentence = ["{used} of {total}", "{used}／{total}", "{used} / {total}"];
export const holds: Sentence = [
  "Nothing happens until you confirm; valid until the next message.",
  "確認されるまで実行されません。次のメッセージまで有効です。",
  "확인 전에는 실행되지 않으며, 다음 메시지까지 유효합니다.",
];
export const over: Sentence = ["No longer valid.", "無効になりました。", "더 이상 유효하지 않습니다."];
export const pay_as_you_go: Sentence = ["Pay as you go", "従量課金", "종량제"];
export const best: Sentence = ["cheapest", "最安", "가장 저렴"];
export const present: Sentence = ["what you have", "現在", "현재"];
export const as_it_is: Sentence = ["As it is", "現状のまま", "지금대로"];
export const with_changes: Sentence = ["With the changes", "変更後", "바뀌면"];
export const chart_keys: Sentence = ["Arrow keys read each day.", "矢印キーで1日ずつ読めます。", "화살표 키로 하루씩 읽을 수 있습니다."];
export const chart: Sentence = [
  "{what} a day, {from} – {to}: {total} in all, at most {most} on one day.",
  "{from}～{to}の1日ごとの{what}。合計{total}、最も多い日は{most}。",
  "{from} – {to} 일별 {what}. 합계 {total}, 가장 많은 날 {most}.",
];
export const times: Sentence = ["{n}×", "{n}倍", "{n}배"];
export const volumes: Sentence = ["Cost by volume of usage", "利用量ごとの費用", "사용량별 비용"];
export const here: Sentence = ["you are here", "現在の利用量", "현재 사용량"];
export const cheapest_from: Sentence = [
  "From {n} times your usage, {plan} is the cheapest ({total}).",
  "ご利用量が今の{n}倍以上になると、{plan}が最も安くなります（{total}）。",
  "사용량이 지금의 {n}배 이상이면 {plan}에서 가장 저렴합니다({total}).",
];
export const cheapest_throughout: Sentence = [
  "Up to {n} times your usage, the cheapest stays the same.",
  "ご利用量が今の{n}倍になるまで、最も安いプランは変わりません。",
  "사용량이 지금의 {n}배가 될 때까지 가장 저렴한 요금제는 같습니다.",
];
export const volumes_chart: Sentence = [
  "Cost of each plan by volume of usage, up to {n} times yours. At your usage: {plan}, {total}. {crossings}",
  "利用量ごとの各プランの費用（今の{n}倍まで）。現在の利用量では{plan}が{total}。{crossings}",
  "사용량별 각 요금제 비용(지금의 {n}배까지). 현재 사용량에서는 {plan} {total}. {crossings}",
];
export const beyond: Sentence = ["Above this chart: {plans}", "グラフの範囲を超えるプラン：{plans}", "그래프 범위를 넘는 요금제: {plans}"];
