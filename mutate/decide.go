package mutate

import (
	"slices"

	"k8s.io/apimachinery/pkg/util/validation/field"

	"orderly.dev/mutate/contract/clone"
)

// decision is what was found out about a subject before anything is changed.
type decision struct {
	plan     plan
	owner    ownerList
	settings settings
	// awaited is what it waits for.
	awaited awaited
	// earlier is what an earlier pass told the cloner; zero where there was none.
	earlier clone.Order
	// projected are the directories of settings.projected, with who sees each.
	projected []placedProjection
	// launches tell what the containers run that name no command.
	launches []commandless
	// config is the operator's.
	config Config
	// configured is true where an annotation of a user's holds.
	configured bool
	// warnings tell what is allowed but may surprise.
	warnings []string
}

// decide judges a Pod or a template and reports everything that is wrong with it. Where [checkFirst] finds something, nothing else is
// looked at.
func decide(s subject, config Config) (decision, field.ErrorList) {
	if errs := config.problems(); len(errs) > 0 {
		return decision{}, errs
	}
	s = s.withPlaces()
	if errs := checkFirst(s); len(errs) > 0 {
		return decision{}, errs
	}
	chosen, errs := readSettings(s)
	plan, ofPlan := readPlan(s, config, chosen)
	waits, ofWaits := readAwaited(s, chosen)
	errs = slices.Concat(errs, ofPlan, ofWaits)
	d := decision{plan: plan, owner: s.owner, settings: chosen, awaited: waits, config: config, configured: len(s.wishes) > 0}
	d.earlier = earlierOrder(s.spec)
	d.launches = findLaunches(s, d)
	d.projected = placeProjected(s, d)
	for _, check := range checks {
		errs = append(errs, check(s, d)...)
	}
	for _, notice := range notices {
		d.warnings = append(d.warnings, notice(s, d)...)
	}
	return d, errs
}

// check judges one rule, see the files validate_*.go.
type check func(subject, decision) field.ErrorList

var checks = []check{
	checkFromOwner,
	checkAnnotations,
	checkOnce,
	checkLabels,
	checkOperatingSystem,
	checkPlatforms,
	checkRestartPolicies,
	checkReservedNames,
	checkReservedPaths,
	checkWorkspace,
	checkCommands,
	checkLaunches,
	checkProbes,
	checkHooks,
	checkNeedsSteps,
	checkNeedsClone,
	checkResults,
	checkWaiters,
	checkAwaitedContainers,
	checkWaitCircles,
	checkWaitWords,
	checkWaitSize,
	checkHold,
	checkWaitSelf,
	checkWaitTimeout,
	checkConfig,
	checkCompat,
	checkProjectedNames,
	checkProjectedPaths,
	checkProjectedSize,
	checkCloneImage,
	checkRepositoryVariables,
	checkRepositoriesSize,
}

// notice tells what may surprise about one thing, see the files notice_*.go.
type notice func(subject, decision) []string

var notices = []notice{
	noticeRestarts,
	noticeResults,
	noticeFailFast,
	noticeRunIf,
	noticeCommands,
	noticeLaunches,
	noticeStartupProbes,
	noticeStopSignals,
	noticeReadyWhileWaiting,
	noticeCompat,
	noticeProjectedTwice,
	noticeProjectedToken,
	noticeRepositories,
	noticeLateVariables,
}
