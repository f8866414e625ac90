package contract

import (
	"errors"
	"slices"
	"strconv"
	"strings"
	"time"
)

// How values of flags are written and read. Each constructor makes a flag of one kind.

func files(name, meaning string, field func(*Options) *[]string) flag {
	return list(name, "F,…", meaning, checkFile, field)
}

// list is a flag whose value is cut at commas.
func list(name, value, meaning string, check func(string) error, field func(*Options) *[]string) flag {
	return flag{
		Flag: Flag{Name: name, Value: value, Meaning: meaning},
		encode: func(o Options) (string, bool) {
			list := *field(&o)
			return strings.Join(list, ","), len(list) > 0
		},
		decode: func(o *Options, value string) error {
			list := strings.Split(value, ",")
			for _, element := range list {
				if err := check(element); err != nil {
					return err
				}
			}
			*field(o) = list
			return nil
		},
	}
}

func file(name, meaning string, field func(*Options) *string) flag {
	return text(Flag{Name: name, Value: "F", Meaning: meaning}, field, checkFile)
}

func name(name, meaning string, field func(*Options) *string) flag {
	return text(Flag{Name: name, Value: "NAME", Meaning: meaning}, field, func(value string) error {
		if !IsName(value) {
			return errors.New(quote(value) + " is not the name of a container")
		}
		return nil
	})
}

func command(name, meaning string, field func(*Options) *string) flag {
	return text(Flag{Name: name, Value: "CMD", Meaning: meaning}, field, func(value string) error {
		if value == "" {
			return errors.New("the command is empty")
		}
		return nil
	})
}

func text(doc Flag, field func(*Options) *string, check func(string) error) flag {
	return flag{
		Flag:   doc,
		encode: func(o Options) (string, bool) { return *field(&o), *field(&o) != "" },
		decode: func(o *Options, value string) error {
			if err := check(value); err != nil {
				return err
			}
			*field(o) = value
			return nil
		},
	}
}

// word is a flag whose value is one of a few words.
func word[T ~string](name, meaning string, field func(*Options) *T, words ...T) flag {
	values := make([]string, len(words))
	for i, w := range words {
		values[i] = string(w)
	}
	return flag{
		Flag:   Flag{Name: name, Value: strings.Join(values, "|"), Meaning: meaning},
		encode: func(o Options) (string, bool) { return string(*field(&o)), *field(&o) != "" },
		decode: func(o *Options, value string) error {
			if !slices.Contains(values, value) {
				return errors.New(quote(value) + " is none of " + strings.Join(values, ", "))
			}
			*field(o) = T(value)
			return nil
		},
	}
}

func boolean(name, meaning string, field func(*Options) *bool) flag {
	return flag{
		Flag:   Flag{Name: name, Meaning: meaning},
		encode: func(o Options) (string, bool) { return "", *field(&o) },
		decode: func(o *Options, _ string) error {
			*field(o) = true
			return nil
		},
	}
}

// switchedOff is a boolean that is true by default and written with its value: -name=false.
func switchedOff(name, meaning string, field func(*Options) *bool) flag {
	return boolean(name+"=false", meaning, field)
}

func duration(name, meaning string, field func(*Options) *time.Duration) flag {
	return flag{
		Flag:   Flag{Name: name, Value: "D", Meaning: meaning},
		encode: func(o Options) (string, bool) { return field(&o).String(), *field(&o) != 0 },
		decode: func(o *Options, value string) error {
			d, err := time.ParseDuration(value)
			if err != nil || d <= 0 {
				return errors.New(quote(value) + " is not a duration such as 30s or 1m30s")
			}
			*field(o) = d
			return nil
		},
	}
}

// maxNumber bounds the numbers of flags, so that nothing that is computed with them overflows.
const maxNumber = 1 << 20

func number(name, meaning string, field func(*Options) *int) flag {
	return flag{
		Flag:   Flag{Name: name, Value: "N", Meaning: meaning},
		encode: func(o Options) (string, bool) { return strconv.Itoa(*field(&o)), *field(&o) != 0 },
		decode: func(o *Options, value string) error {
			n, err := strconv.Atoi(value)
			if err != nil || n < 1 || n > maxNumber {
				return errors.New(quote(value) + " is not a number from 1 to " + strconv.Itoa(maxNumber))
			}
			*field(o) = n
			return nil
		},
	}
}

func signal(name, meaning string, field func(*Options) *Signal) flag {
	return flag{
		Flag:   Flag{Name: name, Value: "NAME", Meaning: meaning},
		encode: func(o Options) (string, bool) { return field(&o).String(), *field(&o) != 0 },
		decode: func(o *Options, value string) error {
			s, err := ParseSignal(value)
			if err != nil {
				return err
			}
			*field(o) = s
			return nil
		},
	}
}

func templates(name, meaning string, field func(*Options) *[]Template) flag {
	return flag{
		Flag: Flag{Name: name, Value: "SRC=DST[@INTERFACE],…", Meaning: meaning},
		encode: func(o Options) (string, bool) {
			var list []string
			for _, t := range *field(&o) {
				list = append(list, t.String())
			}
			return strings.Join(list, ","), len(list) > 0
		},
		decode: func(o *Options, value string) error {
			var list []Template
			for element := range strings.SplitSeq(value, ",") {
				t, err := parseTemplate(element)
				if err != nil {
					return err
				}
				list = append(list, t)
			}
			*field(o) = list
			return nil
		},
	}
}

// checkFile accepts an absolute path without a comma, which parts the files of a list.
func checkFile(path string) error {
	if !strings.HasPrefix(path, "/") || strings.Contains(path, ",") {
		return errors.New(quote(path) + " is not an absolute path")
	}
	return nil
}

// CheckResult accepts the name of a result: that of a file in one directory, of 1 to 63 letters, digits, - _ and dots, the first no dot.
func CheckResult(name string) error {
	for _, c := range []byte(name) {
		if c != '-' && c != '_' && c != '.' && (c < 'a' || c > 'z') && (c < 'A' || c > 'Z') && (c < '0' || c > '9') {
			return errors.New(quote(name) + " is not the name of a result: letters, digits, - _ and .")
		}
	}
	if name == "" || name[0] == '.' || len(name) > maxName {
		return errors.New(quote(name) + " is not the name of a result: 1 to 63 characters, the first not a dot")
	}
	return nil
}

// checkOnce accepts a list that names nothing twice.
func checkOnce(list []string) error {
	seen := make(map[string]bool, len(list))
	for _, element := range list {
		if seen[element] {
			return errors.New(quote(element) + " is named twice")
		}
		seen[element] = true
	}
	return nil
}

// checkPrefix accepts a prefix of lines.
func checkPrefix(prefix string) error {
	if prefix == "" || strings.ContainsAny(prefix, "\r\n") {
		return errors.New("the prefix of lines is one line of text")
	}
	return nil
}

// checkAddress accepts HOST:PORT, an IPv6 address in brackets.
func checkAddress(address string) error {
	at := strings.LastIndexByte(address, ':')
	if at > 0 {
		port, err := strconv.ParseUint(address[at+1:], 10, 16)
		host := address[:at]
		bracketed := strings.HasPrefix(host, "[") && strings.HasSuffix(host, "]")
		if err == nil && port > 0 && (bracketed || !strings.Contains(host, ":")) {
			return nil
		}
	}
	return errors.New(quote(address) + " is not an address such as db.example:5432")
}

func quote(s string) string { return strconv.Quote(s) }
