//! DynamoDB's numbers: decimals of up to 38 digits.
//!
//! Never a floating-point number on the way.

use std::{cmp::Ordering, fmt};

use super::refusal::{Answer, Refusal};

/// The most significant digits of a number.
const MOST_DIGITS: u32 = 38;
/// The highest and the lowest place of a number's first digit, counted from the decimal point.
const HIGHEST_PLACE: i64 = 126;
const LOWEST_PLACE: i64 = -129;

/// A number: coefficient times ten to the exponent, without trailing zeros in the coefficient.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Number {
    coefficient: i128,
    exponent: i32,
}

impl Number {
    /// Reads what a request calls a number.
    pub(super) fn parse(text: &str) -> Answer<Self> {
        let senseless = || {
            Refusal::validation(format!(
                "The parameter cannot be converted to a numeric value: {text}"
            ))
        };
        let (written, power) = match text.find(['e', 'E']) {
            Some(at) => (
                &text[..at],
                text[at + 1..].parse::<i64>().map_err(|_| senseless())?,
            ),
            None => (text, 0),
        };
        let (negative, digits) = match written.as_bytes() {
            [b'-', rest @ ..] => (true, rest),
            [b'+', rest @ ..] | rest => (false, rest),
        };
        let mut read = Reading::default();
        for byte in digits {
            if !read.take(*byte) {
                return Err(senseless());
            }
        }
        if !read.any {
            return Err(senseless());
        }
        if read.significant > MOST_DIGITS {
            return Err(Refusal::validation(
                "Attempting to store more than 38 significant digits in a Number",
            ));
        }
        let exponent = power
            .saturating_sub(read.fraction)
            .saturating_add(i64::from(read.zeros));
        check_range(exponent.saturating_add(i64::from(read.significant.max(1))))?;
        if read.coefficient == 0 {
            return Ok(Self {
                coefficient: 0,
                exponent: 0,
            });
        }
        Ok(Self {
            coefficient: if negative {
                -read.coefficient
            } else {
                read.coefficient
            },
            exponent: i32::try_from(exponent).map_err(|_| senseless())?,
        })
    }

    /// The sum.
    pub(super) fn plus(self, other: Self) -> Answer<Self> {
        if self.coefficient == 0 {
            return Ok(other);
        }
        if other.coefficient == 0 {
            return Ok(self);
        }
        let exponent = self.exponent.min(other.exponent);
        let at = |number: Self| {
            10_i128
                .checked_pow(number.exponent.abs_diff(exponent))
                .and_then(|factor| number.coefficient.checked_mul(factor))
        };
        let sum = at(self)
            .zip(at(other))
            .and_then(|(one, two)| one.checked_add(two))
            .ok_or_else(|| {
                Refusal::validation(
                    "Attempting to store more than 38 significant digits in a Number",
                )
            })?;
        // Read again, so that a sum is held to the same limits as a number that is sent.
        Self::parse(&format!("{sum}e{exponent}"))
    }

    /// The difference.
    pub(super) fn minus(self, other: Self) -> Answer<Self> {
        self.plus(Self {
            coefficient: -other.coefficient,
            ..other
        })
    }

    /// The bytes it takes: one, one for each two digits before and after the point, one for a sign.
    pub(super) fn size(self) -> usize {
        let digits = self.digits();
        let before = self.place().clamp(0, i64::from(digits));
        let before = usize::try_from(before).unwrap_or(0);
        let after = digits as usize - before;
        1 + before.div_ceil(2) + after.div_ceil(2) + usize::from(self.coefficient < 0)
    }

    fn digits(self) -> u32 {
        self.coefficient
            .unsigned_abs()
            .checked_ilog10()
            .map_or(0, |logarithm| logarithm + 1)
    }

    /// Where its first digit stands: 1 for the place before the decimal point.
    fn place(self) -> i64 {
        i64::from(self.exponent) + i64::from(self.digits())
    }
}

fn check_range(place: i64) -> Answer<()> {
    let outside = |what: &str, than: &str| {
        Err(Refusal::validation(format!(
            "Number {what}. Attempting to store a number with magnitude {than} than supported range"
        )))
    };
    if place > HIGHEST_PLACE {
        return outside("overflow", "larger");
    }
    if place < LOWEST_PLACE {
        return outside("underflow", "smaller");
    }
    Ok(())
}

/// The digits of a number, while they are read.
#[derive(Default)]
struct Reading {
    coefficient: i128,
    significant: u32,
    /// Zeros since the last other digit: they count only if another one follows.
    zeros: u32,
    fraction: i64,
    pointed: bool,
    any: bool,
}

impl Reading {
    fn take(&mut self, byte: u8) -> bool {
        match byte {
            b'.' if !self.pointed => self.pointed = true,
            b'0'..=b'9' => {
                self.any = true;
                self.fraction += i64::from(self.pointed);
                let digit = byte - b'0';
                if digit == 0 {
                    self.zeros += u32::from(self.significant > 0);
                    return true;
                }
                self.significant += self.zeros + 1;
                if self.significant <= MOST_DIGITS {
                    self.coefficient =
                        self.coefficient * 10_i128.pow(self.zeros + 1) + i128::from(digit);
                }
                self.zeros = 0;
            }
            _ => return false,
        }
        true
    }
}

impl Ord for Number {
    fn cmp(&self, other: &Self) -> Ordering {
        let signs = self.coefficient.signum().cmp(&other.coefficient.signum());
        if signs != Ordering::Equal || self.coefficient == 0 {
            return signs;
        }
        let places = self.place().cmp(&other.place()).then_with(|| {
            // With 38 digits each, they compare as they stand.
            let full = |number: &Self| {
                number.coefficient.unsigned_abs() * 10_u128.pow(MOST_DIGITS - number.digits())
            };
            full(self).cmp(&full(other))
        });
        if self.coefficient < 0 {
            places.reverse()
        } else {
            places
        }
    }
}

impl PartialOrd for Number {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

/// As DynamoDB returns it: never with an exponent.
impl fmt::Display for Number {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            coefficient,
            exponent,
        } = *self;
        if let Ok(zeros) = usize::try_from(exponent) {
            return write!(formatter, "{coefficient}{:0<zeros$}", "");
        }
        let sign = if coefficient < 0 { "-" } else { "" };
        let after = exponent.unsigned_abs() as usize;
        let digits = format!("{:0>width$}", coefficient.unsigned_abs(), width = after + 1);
        let (before, after) = digits.split_at(digits.len() - after);
        write!(formatter, "{sign}{before}.{after}")
    }
}

#[cfg(test)]
mod tests {
    use super::Number;

    fn read(text: &str) -> String {
        match Number::parse(text) {
            Ok(number) => number.to_string(),
            Err(_) => "refused".to_owned(),
        }
    }

    #[test]
    fn a_number_comes_back_in_its_plain_form() {
        for (sent, kept) in [
            ("0042", "42"),
            ("-0.0", "0"),
            ("1.200", "1.2"),
            ("1e3", "1000"),
            ("-12E-4", "-0.0012"),
            (".5", "0.5"),
            ("5.", "5"),
            ("+7", "7"),
            ("1500", "1500"),
            (
                "9999999999999999999999999999999999999900",
                "9999999999999999999999999999999999999900",
            ),
        ] {
            assert_eq!(read(sent), kept, "{sent}");
        }
    }

    #[test]
    fn what_is_no_number_or_too_long_or_out_of_range_is_refused() {
        for sent in [
            "",
            " 5",
            "5 ",
            "1_000",
            "NaN",
            "1.2.3",
            "--5",
            "1e",
            ".",
            "e2",
            "0x10",
            "123456789012345678901234567890123456789",
            "1e126",
            "1e-131",
            "1e99999999999999999999",
        ] {
            assert_eq!(read(sent), "refused", "{sent}");
        }
        assert_eq!(read("1e125").len(), 126);
        assert_ne!(read("1e-130"), "refused");
    }

    #[test]
    fn numbers_are_ordered_and_added_as_numbers_and_not_as_text() {
        let sorted = [
            "-1000", "-2.5", "-0.01", "0", "0.009", "9", "10", "10.5", "1e20",
        ];
        for (one, two) in sorted.iter().zip(&sorted[1..]) {
            assert!(
                Number::parse(one).unwrap() < Number::parse(two).unwrap(),
                "{one} comes before {two}"
            );
        }
        let sum = |one, two| {
            Number::parse(one)
                .and_then(|one| one.plus(Number::parse(two)?))
                .map_or_else(|_| "refused".to_owned(), |sum| sum.to_string())
        };
        assert_eq!(sum("0.1", "0.2"), "0.3");
        assert_eq!(sum("9007199254740993", "1"), "9007199254740994");
        assert_eq!(sum("5", "-5"), "0");
        assert_eq!(sum("1e100", "1"), "refused");
    }

    #[test]
    fn a_number_takes_a_byte_for_two_digits_and_one_more() {
        for (number, bytes) in [
            ("0", 1),
            ("5", 2),
            ("42", 2),
            ("-42", 3),
            ("123.45", 4),
            ("1e9", 2),
        ] {
            assert_eq!(Number::parse(number).unwrap().size(), bytes, "{number}");
        }
    }
}
