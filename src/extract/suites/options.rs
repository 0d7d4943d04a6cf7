//! Options of test runners that are misspelt.

use crate::extract::Context;
use crate::facts::{Entry, TestConfig};
use crate::parse::node::Node;
use crate::source::{FileId, Place};

/// Every option of Jest, old ones too.
const JEST: &str = "automock bail browser cache cacheDirectory changedFilesWithAncestor changedSince ci clearMocks \
    collectCoverage collectCoverageFrom collectCoverageOnlyFrom coverageDirectory coveragePathIgnorePatterns \
    coverageProvider coverageReporters coverageThreshold cwd dependencyExtractor detectLeaks detectOpenHandles \
    displayName errorOnDeprecated extensionsToTreatAsEsm extraGlobals fakeTimers filter findRelatedTests \
    forceCoverageMatch forceExit globalSetup globalTeardown globals globalsCleanup haste id injectGlobals json lastCommit \
    listTests logHeapUsage mapCoverage maxConcurrency maxWorkers moduleDirectories moduleFileExtensions \
    moduleNameMapper moduleLoader modulePathIgnorePatterns modulePaths name noStackTrace notify notifyMode onlyChanged \
    onlyFailures openHandlesTimeout outputFile passWithNoTests preset prettierPath projects randomize reporters \
    resetMocks resetModules resolver restoreMocks rootDir roots runInBand runTestsByPath runner runtime \
    sandboxInjectedGlobals scriptPreprocessor setupFiles setupFilesAfterEnv setupTestFrameworkScriptFile shard showSeed \
    silent skipFilter skipNodeResolution slowTestThreshold snapshotFormat snapshotResolver snapshotSerializers \
    testEnvironment testEnvironmentOptions testFailureExitCode testLocationInResults testMatch testNamePattern \
    testPathDirs testPathIgnorePatterns testPathPattern testPathPatterns testRegex testResultsProcessor testRunner \
    testSequencer testTimeout testURL timers transform transformIgnorePatterns unmockedModulePathPatterns \
    updateSnapshot useStderr verbose waitForUnhandledRejections watch watchAll watchPathIgnorePatterns watchPlugins \
    watchman workerIdleMemoryLimit workerThreads";

/// Every option in `test` of Vitest.
const VITEST: &str = "alias allowOnly api attachmentsDir bail benchmark browser cache chaiConfig changed clearMocks \
    coverage css dangerouslyIgnoreUnhandledErrors deps detectAsyncLeaks diff dir disableConsoleIntercept dom environment \
    environmentMatchGlobs environmentOptions exclude execArgv expandSnapshotDiff expect experimental fakeTimers \
    fileParallelism forceRerunTriggers globalSetup globals hideSkippedTests hookTimeout include includeSource \
    includeTaskLocation inspect inspectBrk inspector isolate json logHeapUsage maxConcurrency maxThreads maxWorkers \
    mergeReports minThreads minWorkers mockReset mode name onConsoleLog onStackTrace onUnhandledError open \
    outputFile passWithNoTests pool poolMatchGlobs poolOptions poolRunner printConsoleTrace printShadowRoot projects \
    provide reporter reporters reportOnFailure related resolveSnapshotPath restoreMocks retry root run sequence \
    sequencer server setupFiles shard silent singleThread slowTestThreshold snapshotEnvironment snapshotFormat \
    snapshotOptions snapshotSerializers standalone strictTags tags teardownTimeout testNamePattern testTimeout threads \
    transformMode typecheck ui uiBase unstubEnvs unstubGlobals update useAtomics vmMemoryLimit watch \
    watchExclude watchTriggerPatterns workspace";

/// Every option in `test.coverage` of Vitest.
const COVERAGE: &str = "100 all allowExternal branches changed clean cleanOnRerun customProviderModule enabled exclude \
    excludeAfterRemap experimentalAstAwareRemapping extension extensions functions htmlDir ignoreClassMethods \
    ignoreEmptyLines include instrumenter lines perFile processingConcurrency provider reportOnFailure reporter \
    reportsDirectory skipFull src statements thresholdAutoUpdate thresholds watermarks";

/// One fact for each option that is unknown and one or two letters from one that is known, and one for each file without.
pub(super) fn facts(context: &Context<'_>) -> Vec<Entry> {
    let mut found = Vec::new();
    for (file, source) in context.tree.entries().filter(|(_, source)| !source.vendored && !source.is_aside())
    {
        let name = source.name();
        let jest = name.starts_with("jest.config.");
        let vitest = name.starts_with("vitest.config.") || name.starts_with("vite.config.");
        if !jest && !vitest && name != "package.json" {
            continue;
        }
        let Some(node) = context.documents.node(file) else { continue };
        let read = if jest {
            vec![("jest", node, JEST)]
        } else if vitest {
            let paths = [(&["test"][..], VITEST), (&["test", "coverage"], COVERAGE)];
            paths.into_iter().filter_map(|(path, known)| Some(("vitest", node.at(path)?, known))).collect()
        } else {
            node.get("jest").into_iter().map(|node| ("jest", node, JEST)).collect()
        };
        let before = found.len();
        for (tool, node, known) in &read {
            look(file, tool, node, known, &mut found);
        }
        if let Some((tool, ..)) = read.first().filter(|_| found.len() == before) {
            let fact = TestConfig { tool: (*tool).to_owned(), unknown: None, meant: None };
            found.push(Entry::new(Place::file(file), fact));
        }
    }
    found
}

fn look(file: FileId, tool: &str, node: &Node, known: &str, found: &mut Vec<Entry>) {
    for entry in node.entries() {
        let key = entry.key.as_str();
        if key.len() < 5 || known.split_whitespace().any(|option| option == key) {
            continue;
        }
        let near = known.split_whitespace().map(|option| (distance(key, option), option)).min();
        let most = if key.len() < 8 { 1 } else { 2 };
        if let Some((_, meant)) = near.filter(|(distance, _)| *distance <= most) {
            let (unknown, meant) = (Some(key.to_owned()), Some(meant.to_owned()));
            let fact = TestConfig { tool: tool.to_owned(), unknown, meant };
            found.push(Entry::new(Place { file, span: entry.key_span }, fact));
        }
    }
}

/// How many letters have to be put in, taken out or changed to make one word the other.
fn distance(one: &str, other: &str) -> usize {
    let other: Vec<char> = other.chars().collect();
    let mut row: Vec<usize> = (0..=other.len()).collect();
    for (index, letter) in one.chars().enumerate() {
        let mut diagonal = row[0];
        row[0] = index + 1;
        for (column, against) in other.iter().enumerate() {
            let changed = diagonal + usize::from(letter != *against);
            diagonal = row[column + 1];
            row[column + 1] = changed.min(diagonal + 1).min(row[column] + 1);
        }
    }
    row.last().copied().unwrap_or_default()
}
