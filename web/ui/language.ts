/** The languages of the page, the first being for whoever speaks none of them. */
const LANGUAGES = ['en', 'zh'] as const;
type Language = (typeof LANGUAGES)[number];

/** What the browser's user reads, the best liked first. Nothing where there is no browser, as in Node.js. */
const wanted = typeof navigator === 'undefined' ? [] : navigator.languages;

/** The one that the user likes best. */
const language: Language =
  wanted
    .map((tag) => LANGUAGES.find((known) => tag.toLowerCase().split('-')[0] === known))
    .find((known) => known !== undefined) ?? 'en';

/** For Intl; Chinese is written in simplified characters here. */
export const locale = { en: 'en', zh: 'zh-Hans' }[language];

/** The texts of a part of the page, in the user's language: both say the same. */
export function inLanguage<Texts extends object>(en: Texts, zh: Texts): Texts {
  return { en, zh }[language];
}
