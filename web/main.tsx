// Before the style sheets of the parts, which may say otherwise.
import './ui/theme.css';
import { render } from 'preact';
import { Page } from './page.tsx';
import { locale } from './ui/language.ts';

document.documentElement.lang = locale;
const place = document.querySelector('#page');
if (place) render(<Page />, place);
