// Before the style sheets of the parts, which may say otherwise.
import './ui/theme.css';
import { render } from 'preact';
import { followOtherTabs } from './api/sign-in.ts';
import { Page } from './page.tsx';
import { locale } from './ui/language.ts';

document.documentElement.lang = locale;
followOtherTabs();
const place = document.querySelector('#page');
if (place) render(<Page />, place);
