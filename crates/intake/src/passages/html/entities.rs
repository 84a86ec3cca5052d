//! Signs that pages write by name.

/// The names of HTML 4, and of later ones those for letters of European languages and for marks, each
/// with its code in hexadecimal.
const NAMED: &str = "\
    AElig c6 Aacute c1 Acirc c2 Agrave c0 Alpha 391 Amacr 100 Aogon 104 Aring c5 Atilde c3 \
    Auml c4 Beta 392 Cacute 106 Ccaron 10c Ccedil c7 Chi 3a7 Dagger 2021 Delta 394 Dstrok 110 \
    ETH d0 Eacute c9 Ecaron 11a Ecirc ca Egrave c8 Eogon 118 Epsilon 395 Eta 397 Euml cb \
    Gamma 393 Gbreve 11e Iacute cd Icirc ce Idot 130 Igrave cc Iota 399 Iuml cf Kappa 39a \
    Lambda 39b Lstrok 141 Mu 39c Nacute 143 NewLine a NoBreak 2060 Ntilde d1 Nu 39d OElig 152 \
    Oacute d3 Ocirc d4 Ograve d2 Omega 3a9 Omicron 39f Oslash d8 Otilde d5 Ouml d6 Phi 3a6 \
    Pi 3a0 Prime 2033 Psi 3a8 Rcaron 158 Rho 3a1 Sacute 15a Scaron 160 Scedil 15e Sigma 3a3 \
    THORN de Tab 9 Tau 3a4 Theta 398 Uacute da Ucirc db Ugrave d9 Upsilon 3a5 Uuml dc Xi 39e \
    Yacute dd Yuml 178 Zcaron 17d Zeta 396 aacute e1 acirc e2 acute b4 aelig e6 agrave e0 \
    alefsym 2135 alpha 3b1 amacr 101 amp 26 and 2227 ang 2220 aogon 105 apos 27 aring e5 ast 2a \
    asymp 2248 atilde e3 auml e4 bdquo 201e beta 3b2 brvbar a6 bsol 5c bull 2022 cacute 107 \
    cap 2229 ccaron 10d ccedil e7 cedil b8 cent a2 chi 3c7 circ 2c6 clubs 2663 colon 3a comma 2c \
    commat 40 cong 2245 copy a9 crarr 21b5 cup 222a curren a4 dArr 21d3 dagger 2020 darr 2193 \
    dash 2010 deg b0 delta 3b4 diams 2666 divide f7 dstrok 111 eacute e9 ecaron 11b ecirc ea \
    egrave e8 empty 2205 emsp 2003 ensp 2002 eogon 119 epsilon 3b5 equals 3d equiv 2261 eta 3b7 \
    eth f0 euml eb euro 20ac excl 21 exist 2203 fnof 192 forall 2200 frac12 bd frac14 bc \
    frac34 be frasl 2044 gamma 3b3 gbreve 11f ge 2265 gt 3e hArr 21d4 harr 2194 hearts 2665 \
    hellip 2026 hyphen 2010 iacute ed icirc ee iexcl a1 igrave ec image 2111 imath 131 \
    infin 221e inodot 131 int 222b iota 3b9 iquest bf isin 2208 iuml ef kappa 3ba lArr 21d0 \
    lambda 3bb lang 2329 laquo ab larr 2190 lceil 2308 ldquo 201c le 2264 lfloor 230a \
    lowast 2217 lowbar 5f loz 25ca lpar 28 lrm 200e lsaquo 2039 lsqb 5b lsquo 2018 lstrok 142 \
    lt 3c macr af mdash 2014 micro b5 middot b7 minus 2212 mu 3bc nabla 2207 nacute 144 nbsp a0 \
    ndash 2013 ne 2260 ni 220b not ac notin 2209 nsub 2284 ntilde f1 nu 3bd num 23 numsp 2007 \
    oacute f3 ocirc f4 oelig 153 ograve f2 oline 203e omega 3c9 omicron 3bf oplus 2295 or 2228 \
    ordf aa ordm ba oslash f8 otilde f5 otimes 2297 ouml f6 para b6 part 2202 percnt 25 \
    period 2e permil 2030 perp 22a5 phi 3c6 pi 3c0 piv 3d6 plus 2b plusmn b1 pound a3 prime 2032 \
    prod 220f prop 221d psi 3c8 puncsp 2008 quest 3f quot 22 rArr 21d2 radic 221a rang 232a \
    raquo bb rarr 2192 rcaron 159 rceil 2309 rdquo 201d rdquor 201d real 211c reg ae rfloor 230b \
    rho 3c1 rlm 200f rpar 29 rsaquo 203a rsqb 5d rsquo 2019 rsquor 2019 sacute 15b sbquo 201a \
    scaron 161 scedil 15f sdot 22c5 sect a7 semi 3b shy ad sigma 3c3 sigmaf 3c2 sim 223c sol 2f \
    spades 2660 sub 2282 sube 2286 sum 2211 sup 2283 sup1 b9 sup2 b2 sup3 b3 supe 2287 szlig df \
    tau 3c4 there4 2234 theta 3b8 thetasym 3d1 thinsp 2009 thorn fe tilde 2dc times d7 \
    trade 2122 uArr 21d1 uacute fa uarr 2191 ucirc fb ugrave f9 uml a8 upsih 3d2 upsilon 3c5 \
    uuml fc weierp 2118 xi 3be yacute fd yen a5 yuml ff zcaron 17e zeta 3b6 zwj 200d zwnj 200c";

/// Longest name with its code, in bytes; numbers of signs are shorter.
const LONGEST: usize = 12;

/// The sign at the beginning of a text after `&`, and how many bytes of the text it takes.
pub(super) fn read(text: &str) -> Option<(char, usize)> {
    if let Some(number) = text.strip_prefix('#') {
        return numbered(number).map(|(c, many)| (c, many.saturating_add(1)));
    }
    let many = text
        .bytes()
        .take(LONGEST)
        .take_while(u8::is_ascii_alphanumeric)
        .count();
    // Without a semicolon only the whole word counts: `&copy2` is no sign, nor is `&notit`.
    let name = text.get(..many)?;
    let has_end = text.get(many..)?.starts_with(';');
    let mut words = NAMED.split_ascii_whitespace();
    while let (Some(known), Some(code)) = (words.next(), words.next()) {
        if known == name {
            let c = char::from_u32(u32::from_str_radix(code, 16).ok()?)?;
            let is_old = c <= '\u{FF}';
            let taken = many.saturating_add(usize::from(has_end));
            return (has_end || is_old).then_some((c, taken));
        }
    }
    None
}

fn numbered(number: &str) -> Option<(char, usize)> {
    let (digits, radix, lead) = match number.strip_prefix(['x', 'X']) {
        Some(hex) => (hex, 16, 1),
        None => (number, 10, 0),
    };
    let many = digits
        .bytes()
        .take(8)
        .take_while(|b| char::from(*b).is_digit(radix))
        .count();
    let code = u32::from_str_radix(digits.get(..many)?, radix).ok()?;
    let has_end = digits.get(many..)?.starts_with(';');
    let taken = many
        .saturating_add(lead)
        .saturating_add(usize::from(has_end));
    // What older pages write for signs of code page 1252.
    let byte = u8::try_from(code)
        .ok()
        .filter(|byte| (0x80..0xA0).contains(byte));
    let c = match byte {
        Some(byte) => {
            let bytes = [byte];
            let text = encoding_rs::WINDOWS_1252
                .decode_without_bom_handling(&bytes)
                .0;
            text.chars().next()?
        }
        None => char::from_u32(code)
            .filter(|c| *c != '\0')
            .unwrap_or(char::REPLACEMENT_CHARACTER),
    };
    Some((c, taken))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn signs_are_read_by_name_and_by_number() {
        for (text, read) in [
            ("eacute;t", Some(('é', 7))),
            ("eacute t", Some(('é', 6))),
            ("scedil;", Some(('ş', 7))),
            ("rsquo;", Some(('’', 6))),
            ("rsquo x", None),
            ("#8217;", Some(('’', 6))),
            ("#x2019;", Some(('’', 7))),
            ("#146;", Some(('’', 5))),
            ("#0;", Some(('\u{FFFD}', 3))),
            ("#x110000;", Some(('\u{FFFD}', 9))),
            ("copy2;", None),
            ("#;", None),
            ("; b", None),
        ] {
            assert_eq!(self::read(text), read, "{text}");
        }
    }
}
